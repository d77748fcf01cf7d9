"""Whether a synthetic set of a given size can be drawn by rejection."""

import math
from collections.abc import Sequence

from scipy.stats import beta

MODALITIES = ('first', 'second')
NUM_CLASSES = {'A': 2, 'B': 2, 'C': 3}
# More candidates than this take minutes to draw.
MAX_CANDIDATES = 5e7


def acceptance(latent: int, delta: float) -> float:
    r"""Give the probability of \|u.w\| > delta for random unit vectors.

    (1 + u.w) / 2 is distributed as Beta((d - 1) / 2, (d - 1) / 2).
    """
    a = (latent - 1) / 2
    return float(2 * beta.sf((1 + delta) / 2, a, a))


def largest_delta(latent: int, num_samples: int) -> float:
    """Give the margin that needs ``MAX_CANDIDATES`` to find so many samples."""
    a = (latent - 1) / 2
    share = min(num_samples / MAX_CANDIDATES, 1.0)
    # Rounded down, so that what an error proposes does work.
    return math.floor(100 * (2 * beta.isf(share / 2, a, a) - 1)) / 100


def check(
    name: str,
    latent: int,
    widths: Sequence[int],
    delta: float,
    num_samples: int,
    seed: int,
) -> None:
    """Refuse what :func:`generate` cannot draw, before anything is drawn.

    Raises:
        ValueError: Naming the argument and what would do.
    """
    if name not in NUM_CLASSES:
        raise ValueError(f'there is no set {name!r}, only {list(NUM_CLASSES)} (--sets)')
    if latent < 2:
        raise ValueError(
            'the latent vectors need at least 2 dimensions (--latent), but have '
            f"{latent}; the paper's results come out near 50"
        )
    if len(widths) != len(MODALITIES) or min(widths) < 1:
        raise ValueError(
            f'expected {len(MODALITIES)} positive widths (--widths), one per input, '
            f'but got {tuple(widths)}'
        )
    if not 0 <= delta < 1:
        raise ValueError(
            'delta (--delta) is a margin between cosines and must lie in [0, 1), but '
            f'is {delta}'
        )
    if num_samples < 10 * NUM_CLASSES[name]:
        raise ValueError(
            f'set {name} needs at least {10 * NUM_CLASSES[name]} samples '
            f'(--num-samples) for its {NUM_CLASSES[name]} classes, but got '
            f'{num_samples}'
        )
    if not 0 <= seed < 2**63:
        raise ValueError(f'a seed (--seeds) must lie in [0, 2**63), but is {seed}')
    # Each step of each set keeps at least a quarter of this share, whatever z is: the
    # signs of v.z and t.z split the pairs with |v.t| > delta in four equal parts.
    rate = acceptance(latent, delta)
    if num_samples > rate * MAX_CANDIDATES:
        raise ValueError(
            f'random unit vectors in {latent} dimensions have a cosine beyond delta = '
            f'{delta:g} with probability {rate:.1e} only, so that {num_samples} '
            'samples would not be found in useful time; lower --delta to '
            f'{largest_delta(latent, num_samples)}, or lower --latent or '
            '--num-samples'
        )
