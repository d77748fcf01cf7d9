import numpy as np
import pytest
from scipy.stats import binomtest

from projects.theory.summary import crossing, interval, summarize


def test_means_and_intervals():
    normal = interval(np.array([1.0, 2.0, 3.0, np.nan]))
    # Deviation 1 of three numbers.
    assert normal == pytest.approx(
        dict(mean=2.0, low=2 - 1.96 / 3**0.5, high=2 + 1.96 / 3**0.5, trials=3),
        abs=1e-4,
    )
    # Wilson's interval of 10 of 10: 10 / (10 + 1.96^2) to 1, not of no width.
    share = interval(np.ones(10, bool))
    assert share['mean'] == 1 and share['high'] == pytest.approx(1)
    assert share['low'] == pytest.approx(10 / (10 + 1.959964**2))


@pytest.mark.parametrize(('holds', 'trials'), [(0, 7), (3, 7), (40, 41)])
def test_interval_of_a_share_is_scipys(holds, trials):
    found = interval(np.arange(trials) < holds)
    expected = binomtest(holds, trials).proportion_ci(method='wilson')
    assert (found['low'], found['high']) == pytest.approx((expected.low, expected.high))


def test_few_trials():
    assert interval(np.array([np.nan])) == dict(
        mean=None, low=None, high=None, trials=0
    )
    assert interval(np.array([3])) == dict(mean=3.0, low=None, high=None, trials=1)


def test_all_and_separable_trials():
    trials = {
        'separable': np.array([True, False, True]),
        'learned': np.array([1, 5, 3]),
    }
    found = summarize(trials)
    assert found['all']['learned']['mean'] == 3
    assert found['separable']['learned']['mean'] == 2
    assert found['all']['separable']['mean'] == pytest.approx(2 / 3)
    assert 'separable' not in found['separable']


@pytest.mark.parametrize(
    ('ume', 'joint', 'share'),
    [
        ([0.1, 0.2, 0.5], [0.3, 0.3, 0.3], 0.5 + 0.5 / 3),
        ([0.1, 0.3, 0.5], [0.3, 0.3, 0.3], 0.5),
        ([0.1, 0.2, 0.3], [0.3, 0.3, 0.4], None),
        ([0.4, 0.5, 0.5], [0.3, 0.3, 0.3], None),
        ([0.1, 0.2, 0.3], [0.3, 0.3, 0.3], None),
    ],
)
def test_crossing(ume, joint, share):
    rows = [
        {'share': s, 'all': {'error_ume': {'mean': u}, 'error_joint': {'mean': j}}}
        for s, u, j in zip([0.0, 0.5, 1.0], ume, joint, strict=True)
    ]
    assert crossing(rows) == (None if share is None else pytest.approx(share))
