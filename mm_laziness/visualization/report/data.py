"""What a report is made of: plain numbers, no models and no files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..results import Results


@dataclass
class ReportData:
    """Everything that a report can show; what is empty has no section.

    Accuracies are in percent unless it says otherwise. Of a method with several seeds,
    histories are those of the first one.

    Args:
        title (str): The heading.
        results (Results): ``{method: entry}``, see :mod:`.results`.
        guidance (Mapping, optional): What ``choose_method`` returned (fractions).
        classes (Mapping, optional): What ``class_report`` returned.
        curves (Mapping[str, Mapping]): By method, the JSON of ``LazinessMonitorHook``.
        blending (Mapping[str, Sequence[Mapping]]): By method, G-Blending's estimates:
            ``epoch`` (0-based, from which on it holds) and ``weights`` by classifier.
        modulation (Mapping[str, Mapping]): By method, OGM's means per epoch:
            ``epoch`` (list, epochs finished), ``ratio`` and ``coefficient``, each a
            dict of lists by modality.
        dimensions (Mapping[str, Mapping]): By method and modality, counts of DI-MML's
            dimensions: ``effective``, ``only`` (effective here alone), ``all``
            (effective in every modality), ``width``.
        missing (Mapping[str, Mapping]): By method, the JSON of ``test.py --missing``:
            ``complete`` and, by strategy and modality, accuracies.
        failures (Sequence[Mapping]): ``method``, ``seed``, ``error`` and ``log`` of the
            runs that failed.
        configs (Mapping[str, str]): By method, the text of its resolved config.
        environment (Mapping[str, str]): Versions and hardware.
        notes (Sequence[str]): Paragraphs for the end, such as the command.
        laziness_methods (Sequence[str], optional): Methods with encoders of their own,
            whose probes are drawn. Defaults to all.
    """

    title: str
    results: Results
    guidance: Mapping[str, Any] | None = None
    classes: Mapping[str, Any] | None = None
    curves: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    blending: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    modulation: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    dimensions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    missing: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    failures: Sequence[Mapping[str, Any]] = ()
    configs: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    notes: Sequence[str] = ()
    laziness_methods: Sequence[str] | None = None
