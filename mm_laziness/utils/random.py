"""Random streams that derive from a few integers, and from nothing else."""

import random
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch

# Sets the streams of samples apart from those of `seed_everything_from`.
_SAMPLE = 1
# And those of single generators; no seed is negative.
_GENERATOR = -1
_draw: tuple[int, ...] = ()


def _states_from(ints: tuple[int, ...]) -> tuple[int, np.ndarray, int]:
    """Independent seeds for ``random``, ``numpy`` and ``torch``."""
    # SeedSequence itself pads with zeros and splits large integers, so that (1, 0)
    # would equal (1,): a count and two 32-bit words for each keep them apart.
    words = [len(ints)]
    for value in ints:
        words += [int(value) & 0xFFFFFFFF, (int(value) >> 32) & 0xFFFFFFFF]
    state = np.random.SeedSequence(words).generate_state(8)
    join = int.from_bytes
    return join(state[:2].tobytes(), 'big'), state[2:6], join(state[6:], 'big')


def seed_everything_from(*ints: int) -> None:
    """Seed ``random``, ``numpy`` and ``torch``, all accelerators included.

    Nearby tuples of integers give independent streams. No device is waited for:
    an accelerator's generator takes its seed on the host.

    Args:
        *ints (int): For example seed, rank and iteration; 64 bits of each count.
    """
    python, numpy, pytorch = _states_from(ints)
    random.seed(python)
    np.random.seed(numpy)
    torch.manual_seed(pytorch)


def derive_seed(*ints: int) -> int:
    """Seed of 64 bits for a ``torch.Generator`` of its own.

    Args:
        *ints (int): As for :func:`seed_everything_from`, from whose streams, and those
            of samples, this one differs.
    """
    return _states_from((_GENERATOR, *ints))[2]


@contextmanager
def sample_random_state(seed: int, epoch: int, index: int) -> Iterator[None]:
    """Inside, all random numbers on the CPU derive from the three integers alone.

    The generators of ``random``, ``numpy`` and ``torch`` are put back afterwards, so
    that loading a sample in the main process does not touch the model's noise.

    Args:
        seed (int): The run's seed.
        epoch (int): 0-based epoch.
        index (int): 0-based index of the sample in its data set.
    """
    before = random.getstate(), np.random.get_state(), torch.get_rng_state()
    python, numpy, pytorch = _states_from((_SAMPLE, seed, epoch, index, *_draw))
    try:
        random.seed(python)
        np.random.seed(numpy)
        # Not torch.manual_seed, which would reseed the accelerators for good.
        torch.default_generator.manual_seed(pytorch)
        yield
    finally:
        random.setstate(before[0])
        np.random.set_state(before[1])
        torch.set_rng_state(before[2])


@contextmanager
def drawn_as(*ints: int) -> Iterator[None]:
    """Make :func:`sample_random_state` depend on ``ints`` as well.

    For samples that are drawn several times in an epoch: a wrapper such as
    ``RepeatDataset`` hands its data set the same index each time.
    """
    global _draw
    before, _draw = _draw, ints
    try:
        yield
    finally:
        _draw = before
