"""The report of a study or of trained runs, as HTML and as Markdown."""

from .data import ReportData
from .report import results_table, write_report

__all__ = ['ReportData', 'results_table', 'write_report']
