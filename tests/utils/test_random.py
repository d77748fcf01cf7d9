import random

import numpy as np
import pytest
import torch

from mm_laziness.utils.random import (
    derive_seed,
    drawn_as,
    sample_random_state,
    seed_everything_from,
)


def draw():
    return random.random(), float(np.random.rand()), float(torch.rand(()))


def drawn_from(*ints):
    seed_everything_from(*ints)
    return draw()


def drawn_in_sample(*ints):
    with sample_random_state(*ints):
        return draw()


def test_same_integers_same_numbers():
    assert drawn_from(1, 2, 3) == drawn_from(1, 2, 3)
    assert drawn_in_sample(1, 2, 3) == drawn_in_sample(1, 2, 3)


def test_other_integers_other_numbers_from_every_generator():
    # Permuted, padded with zeros, split at 32 bits, negative, and as a sample's.
    tuples = [(1, 2), (2, 1), (1,), (1, 0), (1, 0, 0), (1 + (2 << 32),), (-1,), (1, -1)]
    drawn = [drawn_from(*ints) for ints in tuples]
    drawn += [drawn_in_sample(0, epoch, i) for epoch in range(20) for i in range(20)]
    drawn += [drawn_from(0, epoch, i) for epoch in range(20) for i in range(20)]
    for numbers in zip(*drawn, strict=True):
        assert len(set(numbers)) == len(drawn)


def test_nearby_streams_are_uncorrelated():
    streams = []
    for index in range(50):
        with sample_random_state(0, 0, index):
            streams.append(torch.randn(1000))
    correlation = torch.corrcoef(torch.stack(streams)) - torch.eye(50)
    # Five standard deviations of independent streams.
    assert correlation.abs().max() < 5 / 1000**0.5


def test_sample_leaves_the_process_as_it_was():
    seed_everything_from(5)
    expected = draw()
    seed_everything_from(5)
    drawn_in_sample(1, 2, 3)
    with pytest.raises(OSError), sample_random_state(1, 2, 3):
        draw()
        raise OSError
    assert draw() == expected


def test_sample_does_not_seed_accelerators(monkeypatch):
    def refuse(seed):
        raise AssertionError('an accelerator was seeded')

    monkeypatch.setattr(torch, 'manual_seed', refuse)
    monkeypatch.setattr(torch.cuda, 'manual_seed_all', refuse)
    drawn_in_sample(1, 2, 3)


def test_drawn_as_tells_draws_of_one_sample_apart():
    drawn = [drawn_in_sample(1, 2, 3)]
    for ints in ((0,), (1,), (1, 0)):
        with drawn_as(*ints):
            drawn.append(drawn_in_sample(1, 2, 3))
    assert len(set(drawn)) == 4
    assert drawn_in_sample(1, 2, 3) == drawn[0]


def test_derived_seed_is_a_stream_of_its_own():
    seeds = [derive_seed(*ints) for ints in ((1, 2), (2, 1), (1,), (1, 2, 0))]
    assert len(set(seeds)) == 4
    assert derive_seed(1, 2) == seeds[0]
    drawn = [
        float(torch.rand((), generator=torch.Generator().manual_seed(seed)))
        for seed in seeds
    ]
    drawn += [drawn_from(1, 2)[2], drawn_in_sample(1, 2, 0)[2]]
    # The number itself is no stream of other integers, either.
    drawn += [drawn_from(kind, 1, 2)[2] for kind in range(10)]
    assert len(set(drawn)) == len(drawn)


def test_derived_seed_leaves_the_process_as_it_was():
    seed_everything_from(5)
    expected = draw()
    seed_everything_from(5)
    derive_seed(1, 2)
    assert draw() == expected
