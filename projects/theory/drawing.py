"""Draw features and training sets."""

from collections.abc import Iterator

import numpy as np

from .features import Features
from .settings import Settings

# Values of a chunk of training sets; bounds the memory.
_CHUNK = 4_000_000


def draw_features(
    settings: Settings,
    share: float,
    strength: tuple[float, float],
    trials: int,
    rng: np.random.Generator,
) -> Features:
    """Draw predicting probabilities of ``trials`` sets of features.

    The number of paired features is ``share`` of all, rounded; each needs all
    modalities. The rest is dealt to the modalities in turn.
    """
    names = [f'm{number + 1}' for number in range(settings.modalities)]
    paired = round(share * settings.features)
    alone = settings.features - paired
    dealt = sorted(index % len(names) for index in range(alone))
    owners: list[tuple[str, ...]] = [(names[index],) for index in dealt]
    owners += [tuple(names)] * paired
    p = np.concatenate(
        [
            rng.uniform(settings.p_low, settings.p_high, (trials, alone)),
            rng.uniform(*strength, (trials, paired)),
        ],
        axis=1,
    )
    return Features(names, owners, p, np.asarray(settings.epsilon))


def draw_chunks(
    settings: Settings,
    share: float,
    strength: tuple[float, float],
    rng: np.random.Generator,
) -> Iterator[tuple[Features, np.ndarray]]:
    """Draw all trials, as many at a time as the memory should hold.

    Yields:
        tuple: The features, and their values on the training samples, (T, N, F).
    """
    most = max(1, _CHUNK // (settings.samples * settings.features))
    for start in range(0, settings.trials, most):
        count = min(most, settings.trials - start)
        features = draw_features(settings, share, strength, count, rng)
        yield features, features.draw(settings.samples, rng)
