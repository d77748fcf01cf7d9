"""Random specifications of features, for the theory project's tests."""

import itertools

import numpy as np

from projects.theory.features import Features

NAMES = ('rgb', 'flow', 'audio')


def drawn(rng, count=6, epsilon=0.05, modalities=NAMES, trials=()):
    """Some of one modality, some of two, some of all."""
    kinds = [
        owner
        for size in range(1, len(modalities) + 1)
        for owner in itertools.combinations(modalities, size)
    ]
    owners = [kinds[i] for i in rng.integers(len(kinds), size=count)]
    p = rng.uniform(epsilon, 1 - epsilon, (*trials, count))
    return Features(modalities, owners, p, np.full(count, epsilon))


def outcomes(features):
    """All values that the features can take at once, with their chances."""
    for values in itertools.product((-1, 0, 1), repeat=len(features.owners)):
        chance = 1.0
        for value, p, e in zip(values, features.p, features.epsilon, strict=True):
            chance *= {1: p, -1: e, 0: 1 - p - e}[value]
        yield np.array(values), chance
