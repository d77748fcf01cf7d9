"""Conditional utilization: how much of its accuracy a branch owes to the others."""

from collections.abc import Mapping
from math import isfinite
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor


class Utilization(NamedTuple):
    """Of one branch; accuracies are fractions.

    ``rate`` is ``(full - off) / full``, ``low`` and ``high`` are the ends of its
    interval. All three are NaN, and ``reason`` says why, where nothing can be said.
    """

    full: float
    off: float
    rate: float
    low: float
    high: float
    reason: str = ''


def conditional_utilization(
    full: Tensor,
    off: Tensor,
    *,
    level: float = 0.95,
    resamples: int = 10_000,
    seed: int = 0,
) -> Utilization:
    """Compare a branch with and without what flows into it from other modalities.

    .. math:: u = (A_{full} - A_{off}) / A_{full}

    0 says that the branch makes no use of the others, 1 that it knows nothing without
    them; it is negative where it is better without.

    Source: Wu et al., ICML 2022. [reconstructed] Their code logs the accuracies; the
    formula is not in it. The interval is ours: a percentile bootstrap of the rate over
    the test samples, both accuracies at once.

    Args:
        full (Tensor): Which of N test samples the branch gets right, bool (N,).
        off (Tensor): The same with the exchange off: the other modalities'
            squeezes replaced by their means over the training set.
        level (float): Of the confidence. Defaults to 0.95.
        resamples (int): Draws of the bootstrap. Defaults to 10000.
        seed (int): Of the draws; global random states are neither read nor changed.

    Raises:
        ValueError: If there are no samples, or not the same number of them.
    """
    if full.ndim != 1 or full.shape != off.shape or not len(full):
        raise ValueError(
            'full and off must say of the same samples, at least one, whether each is '
            f'right, but have the shapes {tuple(full.shape)} and {tuple(off.shape)}'
        )
    first, second = full.bool().cpu(), off.bool().cpu()
    accuracies = first.double().mean().item(), second.double().mean().item()
    if not first.any():
        nan, why = float('nan'), 'the branch gets no sample right'
        return Utilization(*accuracies, nan, nan, nan, why)
    # Only how many samples are right with both, with one or with none matters.
    kinds = torch.stack([first & second, first & ~second, ~first & second])
    counts = [*(kinds.sum(dim=1).tolist()), int((~first & ~second).sum())]
    draws = np.random.default_rng(seed).multinomial(
        len(first), np.array(counts) / len(first), resamples
    )
    right = draws[:, 0] + draws[:, 1]
    # With few samples a draw may hold none that is right; it has no rate.
    rates = (draws[:, 1] - draws[:, 2])[right > 0] / right[right > 0]
    tail = (1 - level) / 2
    low, high = np.quantile(rates, [tail, 1 - tail])
    rate = (counts[1] - counts[2]) / (counts[0] + counts[1])
    return Utilization(*accuracies, rate, float(low), float(high))


def utilization_report(
    full: Mapping[str, Tensor], off: Mapping[str, Tensor], **kwargs: Any
) -> dict[str, Any]:
    """All branches of a model, as plain numbers that JSON can hold.

    Args:
        full (Mapping[str, Tensor]): By modality, as of :func:`conditional_utilization`.
        off (Mapping[str, Tensor]): The same.
        **kwargs: As of :func:`conditional_utilization`.

    Returns:
        dict: ``num_test``; by modality in ``branches``: ``full`` and ``off`` (top-1 in
        percent), ``utilization``, ``interval`` (both None where they are not defined)
        and ``reason``; ``imbalance``, the largest utilization less the smallest, None
        if one is not defined.
    """
    found = {m: conditional_utilization(full[m], off[m], **kwargs) for m in full}
    rates = [one.rate for one in found.values()]
    known = all(map(isfinite, rates))
    return dict(
        num_test=len(next(iter(full.values()))),
        branches={
            name: dict(
                full=100 * one.full,
                off=100 * one.off,
                utilization=None if one.reason else one.rate,
                interval=None if one.reason else [one.low, one.high],
                reason=one.reason,
            )
            for name, one in found.items()
        },
        imbalance=max(rates) - min(rates) if known else None,
    )
