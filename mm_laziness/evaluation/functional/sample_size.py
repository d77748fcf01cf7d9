"""How many samples it takes to tell two models apart."""

from math import ceil, sqrt
from statistics import NormalDist


def samples_needed(
    only_first: int,
    only_second: int,
    num_samples: int,
    *,
    alpha: float = 0.05,
    power: float = 0.8,
) -> int | None:
    r"""Samples with which a paired test would find a difference like the one seen.

    .. math:: n = \left(z_{1 - \alpha / 2} \sqrt{q} + z_{power} \sqrt{q - d^2}\right)^2
        / d^2

    for McNemar's test, with q the share of samples that only one model gets right, and
    d the difference of the accuracies. Source: Connor, Biometrics 1987. A rough number,
    because q and d are themselves estimates.

    Args:
        only_first (int): Samples that only the first model gets right.
        only_second (int): Samples that only the second model gets right.
        num_samples (int): All samples, N.
        alpha (float): Level of the two-sided test. Defaults to 0.05.
        power (float): How often the test shall find it. Defaults to 0.8.

    Returns:
        int | None: n, at least 1; None where no difference was seen.

    Raises:
        ValueError: If the counts do not fit together, or a share is not in (0, 1).
    """
    discordant = only_first + only_second
    if min(only_first, only_second) < 0 or max(discordant, 1) > num_samples:
        raise ValueError(
            f'{only_first} and {only_second} samples that only one model gets right '
            f'cannot be among {num_samples} in all'
        )
    if not (0 < alpha < 1 and 0 < power < 1):
        raise ValueError(
            f'alpha and power must lie between 0 and 1, but are {alpha} and {power}'
        )
    if only_first == only_second:
        return None
    share = discordant / num_samples
    difference = (only_first - only_second) / num_samples
    normal = NormalDist().inv_cdf
    root = normal(1 - alpha / 2) * sqrt(share) + normal(power) * sqrt(
        # Rounding must not make it negative where one model is right alone.
        max(0.0, share - difference**2)
    )
    return max(1, ceil((root / difference) ** 2))
