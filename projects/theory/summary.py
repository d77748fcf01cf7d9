"""Means over trials, with 95 % intervals, and where two of them cross."""

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any

import numpy as np

_Z = 1.959964  # two-sided 95 %


def summarize(trials: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """Average over all trials, and over those whose trainings have no error.

    Args:
        trials (Mapping[str, np.ndarray]): (T,) each; ``separable`` says in which of
            them every training came to zero error, as the paper assumes.

    Returns:
        dict: ``all`` and ``separable``, each ``mean``, ``low``, ``high`` and
        ``trials`` by quantity (:func:`interval`).
    """
    kept = trials['separable']
    return {
        'all': {key: interval(values) for key, values in trials.items()},
        'separable': {
            key: interval(values[kept])
            for key, values in trials.items()
            if key != 'separable'
        },
    }


def interval(values: np.ndarray) -> dict[str, Any]:
    """Mean and 95 % interval: Wilson's of a share (bool), else the normal one.

    NaN is left out. Without a value all is None, with one value the interval.
    """
    values = values[~np.isnan(values)]
    count = len(values)
    if not count:
        return dict(mean=None, low=None, high=None, trials=0)
    mean = float(values.mean())
    if values.dtype == bool:
        # SciPy's binomtest tests a hypothesis first: a quarter of a study's time.
        middle = (mean + _Z**2 / (2 * count)) / (1 + _Z**2 / count)
        spread = _Z * sqrt(mean * (1 - mean) / count + _Z**2 / (4 * count**2))
        spread /= 1 + _Z**2 / count
        low, high = max(0.0, middle - spread), min(1.0, middle + spread)
    elif count == 1:
        return dict(mean=mean, low=None, high=None, trials=1)
    else:
        spread = _Z * float(values.std(ddof=1)) / sqrt(count)
        low, high = mean - spread, mean + spread
    return dict(mean=mean, low=low, high=high, trials=count)


def crossing(rows: Sequence[Mapping[str, Any]]) -> float | None:
    """The share from which on joint training has the lower error, all trials counted.

    Between two shares errors are joined by lines. None if UME is better at all, or
    already worse at the first.

    Args:
        rows (Sequence[Mapping]): ``share`` in increasing order, and ``all``.
    """
    points = [
        (
            row['share'],
            row['all']['error_ume']['mean'],
            row['all']['error_joint']['mean'],
        )
        for row in rows
    ]
    gaps = [(share, ume - joint) for share, ume, joint in points]
    for (left, before), (right, after) in zip(gaps, gaps[1:], strict=False):
        if before <= 0 < after:
            return left + (right - left) * before / (before - after)
    return None
