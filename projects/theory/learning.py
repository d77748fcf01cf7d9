"""The training rule: learn in descending priority until all samples are right."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Learned:
    """What a training has learned, in one or in many trials at once.

    Args:
        mask (np.ndarray): Whether it learned each feature, (..., F) bool.
        zero_error (np.ndarray): Whether its training error is zero, (...,) bool. Where
            it is not, it has learned all that it sees.
    """

    mask: np.ndarray
    zero_error: np.ndarray

    @property
    def count(self) -> np.ndarray:
        """Number of learned features, (...,)."""
        return self.mask.sum(axis=-1)


def learn(
    values: np.ndarray,
    p: np.ndarray,
    seen: np.ndarray | None = None,
    boost: np.ndarray | float = 0.0,
) -> Learned:
    """Learn features from a training set by the rule of Sec. 3.4.

    All features are empty at first. They are learned one by one, those of large
    predicting probability first, until the training error is zero: the prediction is
    the sign of the sum of the learned features, and a guess where the sum is zero, so
    that each sample's sum of ``f * y`` must be positive. Features of equal priority
    are learned in the order in which they are listed; the paper does not say.

    Args:
        values (np.ndarray): ``f * y`` of the training samples, (..., N, F).
        p (np.ndarray): Predicting probabilities, (..., F).
        seen (np.ndarray, optional): Which features the training sees, (F,) bool.
            Defaults to all.
        boost (np.ndarray | float): Added to ``p`` for the order alone, the "pushing
            force" of Theorem 3.5 and Example B.5, broadcast to ``p``. Defaults to 0.

    Raises:
        ValueError: If shapes do not match, there is no sample or a boost is negative.
    """
    values, p = np.asarray(values), np.asarray(p, dtype=float)
    if values.ndim < 2 or values.shape[:-2] + values.shape[-1:] != p.shape:
        raise ValueError(
            'values must be (..., samples, features) and p (..., features), but have '
            f'shapes {values.shape} and {p.shape}'
        )
    if not values.shape[-2]:
        raise ValueError('values must hold at least one training sample, but has none')
    if not np.all(np.asarray(boost) >= 0):
        raise ValueError(
            f'boost must not be negative, but is as low as {np.min(boost):g}; '
            'distillation pushes features forward only'
        )
    seen = np.ones(p.shape[-1], bool) if seen is None else np.asarray(seen, bool)
    count = int(seen.sum())
    # Unseen features come last, behind all that is counted below.
    priority = np.where(seen, p + boost, -np.inf)
    order = np.argsort(-priority, axis=-1, kind='stable')
    if not count:
        return Learned(np.zeros(p.shape, bool), np.zeros(p.shape[:-1], bool))
    first = order[..., :count]
    ordered = np.take_along_axis(values, first[..., None, :], axis=-1)
    right = (ordered.cumsum(axis=-1, dtype=np.int32) > 0).all(axis=-2)
    zero_error = np.asarray(right.any(axis=-1))
    last = np.where(zero_error, right.argmax(axis=-1), count - 1)
    mask = np.zeros(p.shape, bool)
    np.put_along_axis(mask, first, np.arange(count) <= last[..., None], axis=-1)
    return Learned(mask, zero_error)


def has_zero_error(values: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Whether given features, however found, have no training error, (...,) bool.

    Args:
        values (np.ndarray): ``f * y``, (..., N, F).
        mask (np.ndarray): Which features vote, (..., F) bool.
    """
    sums = np.where(mask[..., None, :], values, 0).sum(axis=-1, dtype=np.int32)
    return (sums > 0).all(axis=-1)
