"""What each clip of the set shows, says and is labelled, before any drawing."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

WORDS = (
    'zero',
    'one',
    'two',
    'three',
    'four',
    'five',
    'six',
    'seven',
    'eight',
    'nine',
)
SPLITS = ('train', 'test')


@dataclass(frozen=True)
class Clip:
    """One clip: the digit to see, the digit to hear and the class index.

    ``seed``, ``variant``, ``split`` and ``index`` alone fix every random choice
    in the clip, so neither the order nor the number of workers matters.
    """

    seed: int
    variant: str
    split: str
    index: int
    seen: int
    heard: int
    label: int

    @property
    def path(self) -> str:
        """Where the clip lies, relative to the folder of its variant."""
        return f'{self.split}/{self.index:05d}.mp4'

    def rng(self) -> np.random.Generator:
        """Return the clip's own random stream, from its start."""
        variant, split = list(VARIANTS).index(self.variant), SPLITS.index(self.split)
        return np.random.default_rng((self.seed, variant, split, self.index))


@dataclass(frozen=True)
class Variant:
    """One kind of data set.

    Args:
        classes: Class names, in the order of the labels.
        counts: Clips in each split, by default.
        digits: Maps a clip's index to what is seen, heard, and the label.
    """

    classes: tuple[str, ...]
    counts: dict[str, int]
    digits: Callable[[int], tuple[int, int, int]]


def _uni(index: int) -> tuple[int, int, int]:
    """Return seen = heard = label; classes take turns and so are balanced."""
    digit = index % 10
    return digit, digit, digit


def _paired(index: int) -> tuple[int, int, int]:
    """Return a sum of two independent digits of {0, 1}, or a digit of 2 to 9.

    Two clips of five are sums. All four pairs take turns: knowing one digit of
    a pair says nothing about the other, exactly and not only on average.
    """
    block, place = divmod(index, 5)
    if place < 2:
        seen, heard = divmod((2 * block + place) % 4, 2)
        return seen, heard, seen + heard
    digit = 2 + (3 * block + place - 2) % 8
    return digit, digit, digit + 1


# The position of a name is part of the random seeds: append, never reorder.
VARIANTS = {
    'uni': Variant(WORDS, {'train': 800, 'test': 500}, _uni),
    'paired': Variant(
        ('sum 0', 'sum 1', 'sum 2', *WORDS[2:]), {'train': 1200, 'test': 500}, _paired
    ),
}


def plan_clips(
    variant: str, seed: int, train: int | None = None, test: int | None = None
) -> list[Clip]:
    """List the clips of one variant, training clips first.

    Args:
        variant: A key of ``VARIANTS``.
        seed: Seed of the whole set, at least 0.
        train: Number of training clips; None for the variant's own.
        test: Number of test clips; None for the variant's own.
    """
    kind = VARIANTS[variant]
    counts = {
        'train': kind.counts['train'] if train is None else train,
        'test': kind.counts['test'] if test is None else test,
    }
    return [
        Clip(seed, variant, split, index, *kind.digits(index))
        for split in SPLITS
        for index in range(counts[split])
    ]
