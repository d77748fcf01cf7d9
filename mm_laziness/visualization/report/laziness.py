"""How lazy the encoders are, and how sure that is."""

from collections.abc import Mapping
from math import sqrt
from typing import Any, NamedTuple

from ..results import modalities_of, seeds_of, unimodal_method, value_of
from .data import ReportData
from .numbers import p_value, points
from .probe_gaps import ProbeGap, probe_gap
from .sections_accuracy import baseline_of


class Laziness(NamedTuple):
    """How far a method's encoder is from the one that was trained alone, in points.

    ``low`` and ``high`` bound what chance allows; both are None where neither a paired
    comparison nor several seeds nor the size of the test set are known. ``why`` says
    where they are from.
    """

    modality: str
    method: str
    probe: float
    alone: float
    low: float | None
    high: float | None
    why: str

    @property
    def gap(self) -> float:
        """Negative if the encoder is worse than the one trained alone."""
        return self.probe - self.alone

    @property
    def finding(self) -> str:
        """In two words."""
        if (
            self.low is not None
            and self.high is not None
            and self.low <= 0 <= self.high
        ):
            return 'not clearly lazy'
        return 'lazy' if self.gap < 0 else 'not lazy'


def laziness_of(data: ReportData) -> list[Laziness]:
    """Judge each encoder of the baseline, or of the laziest method without it.

    Args:
        data (ReportData): The gap is that of the linear probes' top-1. Its bounds are
            its 95 % interval by the paired bootstrap over clips and seeds, where that
            was made. Without it they are the smallest and the largest gap of several
            seeds; of one seed, the interval by the normal approximation for two
            independent test sets, which overstates that of one shared test set.
    """
    results = data.results
    baseline = baseline_of(results)
    found = []
    for modality in modalities_of(results, 'probe_top1'):
        gaps = {
            method: gap
            for method in results
            if method in (data.laziness_methods or results)
            and len(results[method].get('probe_top1') or {}) > 1
            and (gap := probe_gap(results, method, modality)) is not None
        }
        if not gaps:
            continue
        lowest = min(gaps, key=lambda method: gaps[method].points)
        method = baseline if baseline in gaps else lowest
        found.append(_judge(data, modality, method, gaps[method]))
    return found


def num_test_clips(data: ReportData) -> int | None:
    """How many clips the accuracies are of, None if nothing tells."""
    if data.classes and data.classes.get('counts'):
        return int(sum(data.classes['counts']))
    return (data.guidance or {}).get('num_val')


def _judge(data: ReportData, modality: str, method: str, gap: ProbeGap) -> Laziness:
    entry = data.results[method]
    probe = entry['probe_top1'][modality]
    if gap.interval is None:
        bounds = _unpaired_bounds(data, modality, method)
    else:
        low, high = gap.interval
        bounds = low, high, _paired_why(entry, modality, low, high)
    return Laziness(modality, method, probe, probe - gap.points, *bounds)


def _paired_why(
    entry: Mapping[str, Any], modality: str, low: float, high: float
) -> str:
    why = f'95 % interval {points(low)} to {points(high)}, clip by clip'
    if seeds := len(seeds_of(entry, 'probe_top1', modality)):
        why += ', one seed' if seeds == 1 else f' over {seeds} seeds'
    p = value_of(entry, 'probe_p_value', modality)
    return why if p is None else f'{why}, p = {p_value(p)}'


def _unpaired_bounds(
    data: ReportData, modality: str, method: str
) -> tuple[float | None, float | None, str]:
    alone = unimodal_method(data.results, modality)
    assert alone is not None, 'a gap without it is a paired one'
    first, second = (
        seeds_of(data.results[name], 'probe_top1', modality) for name in (method, alone)
    )
    if len(first) == len(second) > 1:
        gaps = [a - b for a, b in zip(first, second, strict=True)]
        why = f'between {points(min(gaps))} and {points(max(gaps))} over '
        return min(gaps), max(gaps), why + f'{len(gaps)} seeds'
    count = num_test_clips(data)
    if not count:
        return None, None, 'one seed: how sure this is was not measured'
    p, q = (
        data.results[name]['probe_top1'][modality] / 100 for name in (method, alone)
    )
    margin = 100 * 1.96 * sqrt((p * (1 - p) + q * (1 - q)) / count)
    why = f'up to {margin:.1f} points may be chance on {count} clips'
    return 100 * (p - q) - margin, 100 * (p - q) + margin, why
