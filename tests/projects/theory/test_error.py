import numpy as np
import pytest
from drawnfeatures import drawn, outcomes

from projects.theory.error import exact_error, sampled_error, sum_distribution
from projects.theory.features import Features


def test_value_by_hand():
    features = Features.group({'a': [0.6], 'b': [0.5]}, epsilon=0.1)
    # One feature: wrong 0.1, absent 0.3.
    assert exact_error(features, [True, False]) == pytest.approx(0.1 + 0.3 / 2)
    # Two: sum below 0 is (-,-), (-,0), (0,-); sum 0 is (+,-), (-,+), (0,0).
    below = 0.1 * 0.1 + 0.1 * 0.4 + 0.3 * 0.1
    zero = 0.6 * 0.1 + 0.1 * 0.5 + 0.3 * 0.4
    assert exact_error(features, [True, True]) == pytest.approx(below + zero / 2)
    # Nothing learned: a guess.
    assert exact_error(features, [False, False]) == 0.5


def test_exact_error_against_all_outcomes_and_samples():
    rng = np.random.default_rng(0)
    for _ in range(6):
        features, mask = drawn(rng), rng.random(6) < 0.7
        expected = 0.0
        for values, chance in outcomes(features):
            total = values[mask].sum()
            expected += chance * ((total < 0) + (total == 0) / 2)
        assert exact_error(features, mask) == pytest.approx(expected, abs=1e-12)
        sampled = sampled_error(features, mask, 40_000, rng)
        assert sampled == pytest.approx(expected, abs=0.012)


def test_distribution_of_a_difference():
    rng = np.random.default_rng(1)
    features, weights = drawn(rng, 5), np.array([1, -1, 0, -1, 1])
    expected = np.zeros(11)
    for values, chance in outcomes(features):
        expected[(weights * values).sum() + 5] += chance
    found = sum_distribution(features, weights)
    np.testing.assert_allclose(found, expected, atol=1e-12)
    with pytest.raises(ValueError, match='-1, 0 or 1 each'):
        sum_distribution(features, [2, 0, 0, 0, 0])


def test_trials_at_once_are_as_one_by_one():
    rng = np.random.default_rng(2)
    features = drawn(rng, 7, trials=(9,))
    mask = rng.random((9, 7)) < 0.5
    found = exact_error(features, mask)
    for i in range(9):
        one = Features(
            features.modalities, features.owners, features.p[i], features.epsilon[i]
        )
        assert exact_error(one, mask[i]) == found[i]


def test_a_stronger_feature_never_raises_the_error():
    """Lemma B.1, for three modalities."""
    rng = np.random.default_rng(4)
    features = drawn(rng, 8, trials=(300,))
    index = rng.integers(8, size=300)[:, None]
    old = np.take_along_axis(features.p, index, 1)
    stronger = features.p.copy()
    new = rng.uniform(old, 1 - features.epsilon[:, :1])
    np.put_along_axis(stronger, index, new, 1)
    better = Features(features.modalities, features.owners, stronger, features.epsilon)
    mask = rng.random((300, 8)) < 0.7
    np.put_along_axis(mask, index, True, 1)
    before, after = exact_error(features, mask), exact_error(better, mask)
    assert (after <= before + 1e-12).all() and (after < before - 1e-3).sum() > 100


def test_one_more_feature_may_raise_the_error():
    """What the theorem's proof leaves out: with epsilon, more is not always better."""
    weak = Features.group({'a': [0.9, 0.1], 'b': []}, epsilon=0.05)
    alone, both = (exact_error(weak, mask) for mask in ([True, False], [True, True]))
    # Gained: 0.1 (P(0) + P(-1)) / 2; lost: 0.05 (P(0) + P(1)) / 2.
    assert both - alone == pytest.approx((0.05 * 0.95 - 0.1 * 0.1) / 2)
    empty = Features.group({'a': [0.9, 0.05], 'b': []}, epsilon=0.05)
    assert exact_error(empty, [True, True]) > alone
