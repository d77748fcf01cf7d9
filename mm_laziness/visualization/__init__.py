"""Figures and the report of a study, from plain result dicts."""

from .advice import guidance_sentence, guidance_table
from .advice_figure import plot_guidance
from .figures import plot_accuracies, plot_laziness
from .names import display_name
from .report.report import results_table, write_report

__all__ = [
    'display_name',
    'guidance_sentence',
    'guidance_table',
    'plot_accuracies',
    'plot_guidance',
    'plot_laziness',
    'results_table',
    'write_report',
]
