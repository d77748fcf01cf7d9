import numpy as np
import pytest

from mm_laziness.evaluation.functional import mcnemar, samples_needed


def test_value_by_hand():
    # q = 0.1, d = 0.02: (1.96 sqrt(.1) + 0.8416 sqrt(.0996))^2 / .0004
    assert samples_needed(60, 40, 1000) == pytest.approx(1960, abs=2)
    assert samples_needed(40, 60, 1000) == samples_needed(60, 40, 1000)
    # Ten times the data with the same shares need no more.
    assert samples_needed(600, 400, 10000) == samples_needed(60, 40, 1000)


def test_power_of_simulated_tests():
    """With as many samples, about 80 % of the tests find the difference."""
    num = samples_needed(9, 3, 100)
    rng = np.random.default_rng(0)
    draws = rng.multinomial(num, [0.09, 0.03, 0.88], 800)
    found = np.mean([mcnemar(int(a), int(b)) < 0.05 for a, b, _ in draws])
    # The exact test is a little weaker than the normal approximation.
    assert 0.7 < found < 0.87


def test_stricter_needs_more():
    base = samples_needed(9, 3, 100)
    assert samples_needed(9, 3, 100, alpha=0.01) > base
    assert samples_needed(9, 3, 100, power=0.95) > base
    assert samples_needed(8, 4, 100) > base


def test_degenerate():
    assert samples_needed(0, 0, 10) is None
    assert samples_needed(5, 5, 10) is None
    # All samples speak for the first: z^2, as the spread is then 0.
    assert samples_needed(7, 0, 7) == 4


def test_errors():
    for counts in ((6, 5, 10), (-1, 2, 10), (0, 0, 0)):
        with pytest.raises(ValueError, match='only one model gets right cannot be'):
            samples_needed(*counts)
    with pytest.raises(ValueError, match='alpha and power must lie between 0 and 1'):
        samples_needed(1, 2, 10, power=80)
