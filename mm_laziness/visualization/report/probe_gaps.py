"""How far an encoder's linear probe is from that of the encoder trained alone."""

from collections.abc import Sequence
from typing import NamedTuple

from ..results import Results, unimodal_method, value_of


class ProbeGap(NamedTuple):
    """Points over the encoder trained alone.

    ``interval`` is that of 95 % where the two were compared clip by clip, else None.
    """

    points: float
    interval: Sequence[float] | None = None


def probe_gap(results: Results, method: str, modality: str) -> ProbeGap | None:
    """The gap of one encoder; None for the one trained alone, or if there is none.

    A comparison clip by clip goes before that of two accuracies: it is more certain,
    and its encoder trained alone need not be among the results.
    """
    entry = results[method]
    paired = value_of(entry, 'probe_difference', modality)
    interval = (entry.get('probe_difference_interval') or {}).get(modality)
    if paired is not None and interval is not None:
        return ProbeGap(paired, interval)
    probe = value_of(entry, 'probe_top1', modality)
    alone = unimodal_method(results, modality)
    if probe is None or alone is None or alone == method:
        return None
    return ProbeGap(probe - results[alone]['probe_top1'][modality])
