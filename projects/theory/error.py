"""The error of learned features on a new sample, exact and sampled (Sec. 3.4)."""

import numpy as np

from .features import Features


def sum_distribution(features: Features, weights: np.ndarray) -> np.ndarray:
    """Distribution of a signed sum of features on a new sample.

    Args:
        features (Features): Independent given the label, ``p`` (..., F).
        weights (np.ndarray): What each feature counts, (..., F): 1, -1 or 0.

    Returns:
        np.ndarray: Probabilities of the values -F, ..., F of the weighted sum of
        ``f * y``, (..., 2 F + 1).

    Raises:
        ValueError: If a weight is none of -1, 0 and 1.
    """
    weights = np.broadcast_to(weights, features.p.shape).astype(int)
    if not np.isin(weights, (-1, 0, 1)).all():
        raise ValueError('weights must be -1, 0 or 1 each')
    up = np.where(weights > 0, features.p, np.where(weights < 0, features.epsilon, 0))
    down = np.where(weights > 0, features.epsilon, np.where(weights < 0, features.p, 0))
    # Those that count come first; the others change nothing, and are most.
    order = np.argsort(weights == 0, axis=-1, kind='stable')
    up, down = (np.take_along_axis(values, order, axis=-1) for values in (up, down))
    steps = int(np.count_nonzero(weights, axis=-1).max(initial=0))
    count = features.p.shape[-1]
    chances = np.zeros((*features.p.shape[:-1], 2 * count + 1))
    chances[..., count] = 1.0
    for index in range(steps):
        rise, fall = up[..., index, None], down[..., index, None]
        # No sum of so few features lies further from zero.
        near = chances[..., count - index - 1 : count + index + 2]
        moved = (1 - rise - fall) * near
        moved[..., 1:] += rise * near[..., :-1]
        moved[..., :-1] += fall * near[..., 1:]
        near[...] = moved
    return chances


def exact_error(features: Features, mask: np.ndarray) -> np.ndarray:
    """Chance of a wrong prediction, :math:`Pr(S < 0) + Pr(S = 0) / 2`.

    ``S`` is the sum of ``f * y`` of the learned features. Features that were not
    learned do not vote; nothing learned means a guess, 0.5.

    Args:
        features (Features): As for :func:`sum_distribution`.
        mask (np.ndarray): Which are learned, (..., F) bool.

    Returns:
        np.ndarray: In [0, 1], (...,).
    """
    chances = sum_distribution(features, np.asarray(mask, dtype=int))
    count = features.p.shape[-1]
    return chances[..., :count].sum(axis=-1) + chances[..., count] / 2


def sampled_error(
    features: Features, mask: np.ndarray, samples: int, rng: np.random.Generator
) -> np.ndarray:
    """:func:`exact_error`, estimated on ``samples`` new samples, (...,).

    A guess counts as half an error, its expectation.
    """
    values = features.draw(samples, rng)
    sums = np.where(np.asarray(mask)[..., None, :], values, 0).sum(axis=-1)
    return (sums < 0).mean(axis=-1) + (sums == 0).mean(axis=-1) / 2
