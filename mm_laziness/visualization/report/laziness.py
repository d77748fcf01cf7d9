"""How lazy the encoders are, and how sure that is."""

from math import sqrt
from typing import NamedTuple

from ..results import modalities_of, seeds_of, unimodal_method, value_of
from .data import ReportData
from .numbers import points
from .sections_accuracy import baseline_of


class Laziness(NamedTuple):
    """How far a method's encoder is from the one that was trained alone, in points.

    ``low`` and ``high`` bound what chance allows; both are None where neither several
    seeds nor the size of the test set are known. ``why`` says where they are from.
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
            its 95 % interval by the normal approximation for two independent test
            sets, which overstates that of one shared test set; with several seeds,
            which also tell how much training varies, the smallest and the largest gap.
    """
    results = data.results
    baseline = baseline_of(results)
    found = []
    for modality in modalities_of(results, 'probe_top1'):
        alone = unimodal_method(results, modality)
        probes = {
            method: value
            for method in results
            if (value := value_of(results[method], 'probe_top1', modality)) is not None
            and len(results[method]['probe_top1']) > 1
            and method in (data.laziness_methods or results)
        }
        if alone is None or not probes:
            continue
        lowest = min(probes, key=probes.__getitem__)
        method = baseline if baseline in probes else lowest
        level = results[alone]['probe_top1'][modality]
        bounds = _bounds(data, modality, method, alone)
        found.append(Laziness(modality, method, probes[method], level, *bounds))
    return found


def num_test_clips(data: ReportData) -> int | None:
    """How many clips the accuracies are of, None if nothing tells."""
    if data.classes and data.classes.get('counts'):
        return int(sum(data.classes['counts']))
    return (data.guidance or {}).get('num_val')


def _bounds(
    data: ReportData, modality: str, method: str, alone: str
) -> tuple[float | None, float | None, str]:
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
