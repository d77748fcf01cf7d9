"""How far an accuracy, or the difference of two, can be trusted.

N test samples, S training seeds. Percentile bootstrap: what the number would have been
on other samples of the same kind, and of other seeds where there are several. Few seeds
say little about their spread: resampling S of them sees only (S - 1) / S of their
variance, a third too little for 3, so that such intervals are too narrow. An accuracy
of exactly 0 or 1 gets an interval without width.
"""

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

# Counts at once, which bounds the memory to some 16 MiB.
_CHUNK = 2**21


def accuracy_interval(
    correct: Tensor, *, level: float = 0.95, resamples: int = 10_000, seed: int = 0
) -> tuple[float, float]:
    """Confidence interval of an accuracy.

    Args:
        correct (Tensor): Which samples are right, bool of shape (N,), or (S, N) with a
            row per seed; its mean is the accuracy.
        level (float): Of the confidence. Defaults to 0.95.
        resamples (int): Draws of the bootstrap. Defaults to 10000.
        seed (int): Of the draws; global random states are neither read nor changed.

    Returns:
        tuple[float, float]: Lower and upper end, fractions in [0, 1].

    Raises:
        ValueError: If ``correct`` is of another shape or holds anything but 0 and 1,
            or the level or the number of draws makes no sense.
    """
    _check_settings(level, resamples)
    rows = _rows(correct, 'correct')
    rng = np.random.default_rng(seed)
    draws = _resampled_hits(rows, [len(rows)], resamples, rng)[:, 0] / rows.size
    return _percentiles(draws, level)


def paired_bootstrap(
    first: Tensor,
    second: Tensor,
    *,
    level: float = 0.95,
    resamples: int = 10_000,
    seed: int = 0,
) -> dict[str, float]:
    """Compare two accuracies measured on the same samples.

    Samples are resampled for both at once, seeds of each side independently.

    Args:
        first (Tensor): Which samples are right, bool of shape (N,) or (S, N).
        second (Tensor): The same of the other model, (N,) or (S', N).
        level (float): Of the confidence. Defaults to 0.95.
        resamples (int): Draws of the bootstrap. Defaults to 10000.
        seed (int): Of the draws; global random states are neither read nor changed.

    Returns:
        dict[str, float]: ``difference``, the accuracy of ``first`` less that of
        ``second``, with its interval ``low`` and ``high``, all fractions; ``p_value``,
        two-sided, that of no difference, at least 2 / (resamples + 1). Exchanging the
        arguments only turns the signs.

    Raises:
        ValueError: As :func:`accuracy_interval`, and if the numbers of samples differ.
    """
    _check_settings(level, resamples)
    sides = [_rows(first, 'first'), _rows(second, 'second')]
    if sides[0].shape[1] != sides[1].shape[1]:
        raise ValueError(
            'a paired comparison needs the same samples in the same order on both '
            f'sides, but first has {sides[0].shape[1]} and second {sides[1].shape[1]}; '
            'evaluate both on one annotation file'
        )
    # The better side first, so that the order of the arguments decides nothing.
    swapped = _order(sides[0]) < _order(sides[1])
    if swapped:
        sides.reverse()
    seeds = [len(side) for side in sides]
    num = sides[0].shape[1]
    hits = _resampled_hits(
        np.concatenate(sides), seeds, resamples, np.random.default_rng(seed)
    )
    # Whole numbers until here and in this line: a tie is exactly 0.
    draws = hits[:, 0] * seeds[1] - hits[:, 1] * seeds[0]
    total = int(sides[0].sum()) * seeds[1] - int(sides[1].sum()) * seeds[0]
    scale = num * seeds[0] * seeds[1]
    low, high = _percentiles(draws / scale, level)
    against = min((draws <= 0).sum(), (draws >= 0).sum())
    p_value = min(1.0, 2 * (1 + int(against)) / (1 + resamples)) if total else 1.0
    if swapped:
        total, low, high = -total, -high, -low
    return dict(difference=total / scale, low=low, high=high, p_value=p_value)


def _resampled_hits(
    rows: np.ndarray, seeds: list[int], resamples: int, rng: np.random.Generator
) -> np.ndarray:
    """Right answers of each side in each draw, (resamples, sides), whole numbers.

    A side's rows are drawn with replacement, as many as it has, and so are the samples.
    Samples on which all rows agree are alike, so that only the counts of the patterns
    are drawn.
    """
    patterns, counts = np.unique(rows, axis=1, return_counts=True)
    result = []
    for size, drawn in _drawn_counts(counts, resamples, rng):
        hits = drawn @ patterns.T.astype(np.float64)  # (size, rows)
        parts = np.split(hits, np.cumsum(seeds)[:-1], axis=1)
        chosen = [rng.multinomial(s, np.full(s, 1 / s), size) for s in seeds]
        result.append(
            np.stack(
                [(p * c).sum(axis=1) for p, c in zip(parts, chosen, strict=True)], 1
            )
        )
    return np.concatenate(result)


def _drawn_counts(
    counts: np.ndarray, resamples: int, rng: np.random.Generator
) -> Iterator[tuple[int, np.ndarray]]:
    """Chunks of how often each pattern was drawn, (size, patterns)."""
    num, kinds = int(counts.sum()), len(counts)
    step = max(1, _CHUNK // kinds)
    for start in range(0, resamples, step):
        size = min(step, resamples - start)
        yield size, rng.multinomial(num, counts / num, size).astype(np.float64)


def _percentiles(draws: np.ndarray, level: float) -> tuple[float, float]:
    tail = (1 - level) / 2
    low, high = np.quantile(draws, [tail, 1 - tail])
    return float(low), float(high)


def _order(rows: np.ndarray) -> tuple:
    return rows.mean(), len(rows), rows.tobytes()


def _rows(correct: Tensor, name: str) -> np.ndarray:
    values = torch.as_tensor(correct).detach().cpu()
    if values.ndim not in (1, 2) or values.numel() == 0:
        raise ValueError(
            f'{name} must say of at least one sample whether it is right, in the shape '
            f'(N,) or (seeds, N), but has the shape {tuple(values.shape)}'
        )
    # Written so that NaN fails too.
    if not ((values == 0) | (values == 1)).all():
        raise ValueError(
            f'{name} must be bool, or 0 and 1, but is {values.dtype} with other values '
            'or NaN; compare predictions with labels first'
        )
    return np.atleast_2d(values.bool().numpy())


def _check_settings(level: float, resamples: int) -> None:
    if not 0 < level < 1 or resamples < 1:
        raise ValueError(
            'level must lie between 0 and 1 and resamples be at least 1, but they are '
            f'{level} and {resamples}'
        )
