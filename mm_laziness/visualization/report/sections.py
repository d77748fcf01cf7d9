"""The report as a list of sections, from plain numbers."""

from collections.abc import Callable

from ..results import check_results
from .data import ReportData
from .document import Section
from .sections_accuracy import accuracy_section
from .sections_classes import classes_section, confusion_section
from .sections_encoders import curves_section, probing_section
from .sections_methods import (
    blending_section,
    dimensions_section,
    modulation_section,
)
from .sections_other import (
    configuration_section,
    failures_section,
    guidance_section,
    missing_section,
    notes_section,
    versions_section,
)
from .sections_summary import summary_section

# A new section is a function here: None where there is nothing to show.
_SECTIONS: tuple[Callable[[ReportData], Section | None], ...] = (
    summary_section,
    accuracy_section,
    probing_section,
    guidance_section,
    curves_section,
    classes_section,
    confusion_section,
    blending_section,
    modulation_section,
    dimensions_section,
    missing_section,
    failures_section,
    configuration_section,
    versions_section,
    notes_section,
)


def build_sections(data: ReportData) -> list[Section]:
    """Draw the figures and write the sentences of those sections that have data.

    Args:
        data (ReportData): What is known.

    Returns:
        list[Section]: In the order of the report.

    Raises:
        ValueError: If there are no results or one lacks ``top1``, or if a method whose
            probes are to be drawn has no results.
    """
    check_results(data.results)
    sections = (section(data) for section in _SECTIONS)
    return [section for section in sections if section is not None]
