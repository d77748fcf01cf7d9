from math import comb

import pytest
import torch

from mm_laziness.evaluation.functional import mcnemar, paired_bootstrap
from mm_laziness.evaluation.functional.paired_tests import compare


def slow_p_value(only_first, only_second):
    """Two-sided binomial test with p = 1/2, summed term by term."""
    n, low = only_first + only_second, min(only_first, only_second)
    return min(1.0, 2 * sum(comb(n, k) for k in range(low + 1)) / 2**n)


@pytest.mark.parametrize('counts', [(0, 0), (1, 0), (3, 9), (20, 20), (14, 2)])
def test_p_value(counts):
    assert mcnemar(*counts) == pytest.approx(slow_p_value(*counts))


def test_compare():
    first = torch.tensor([True] * 9 + [False] + [True] * 10)
    second = torch.tensor([False] * 9 + [True] + [True] * 10)
    result = compare(first, second, alpha=0.05)
    assert (result['only_first'], result['only_second']) == (9, 1)
    assert result['p_value'] == pytest.approx(slow_p_value(9, 1))
    assert result['clear'] and not compare(first, second, alpha=0.02)['clear']
    drawn = paired_bootstrap(first, second)
    assert result['difference'] == drawn['difference'] == 8 / 20
    assert result['interval'] == [drawn['low'], drawn['high']]
    assert result['p_value_bootstrap'] == drawn['p_value']
