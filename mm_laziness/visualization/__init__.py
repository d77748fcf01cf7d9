"""Figures and the report of a study, from plain result dicts."""

from .figures import plot_accuracies, plot_laziness
from .names import display_name
from .report import guidance_sentence, results_table, write_report

__all__ = [
    'display_name',
    'guidance_sentence',
    'plot_accuracies',
    'plot_laziness',
    'results_table',
    'write_report',
]
