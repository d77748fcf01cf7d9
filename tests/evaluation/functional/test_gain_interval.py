from math import sqrt

import pytest
import torch

from mm_laziness.evaluation.functional.gain_interval import gain_interval


def test_value_by_hand():
    # 12 samples with the two added; (5 - 1) / 12 +- 1.96 sqrt((7/12 - 1/9) / 12).
    spread = 1.959964 * sqrt((7 / 12 - 1 / 9) / 12)
    expected = 100 * (1 / 3 - spread), 100 * (1 / 3 + spread)
    assert gain_interval(5, 1, 10) == pytest.approx(expected)


def test_few_samples_say_little_and_sides_are_alike():
    low, high = gain_interval(1, 0, 1)
    assert low < 0 < high <= 100
    assert gain_interval(0, 0, 3)[1] > 20
    assert gain_interval(2, 7, 20) == tuple(
        -x for x in reversed(gain_interval(7, 2, 20))
    )
    assert gain_interval(50, 0, 50)[1] == 100


def test_it_holds_the_truth_as_often_as_it_says():
    generator = torch.Generator().manual_seed(0)
    chances = torch.tensor([0.3, 0.1, 0.6])  # only the first right, only the second
    held = 0
    for _ in range(2000):
        drawn = torch.multinomial(chances, 40, True, generator=generator)
        low, high = gain_interval(int((drawn == 0).sum()), int((drawn == 1).sum()), 40)
        held += low <= 20 <= high
    assert 0.93 < held / 2000 < 0.975
