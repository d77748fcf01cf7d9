import math

import numpy as np
import pytest
from drawnfeatures import drawn, outcomes

from projects.theory.bounds import hoeffding_delta, margin
from projects.theory.features import Features


def test_value_by_hand():
    # UME has a and b, joint training a and the pair: a cancels.
    features = Features.group({'m1': [0.9], 'm2': [0.7]}, [0.4], epsilon=0.1)
    found = margin(features, np.array([1, 1, 0], bool), np.array([1, 0, 1], bool))
    assert found.terms == 2 and found.mean == pytest.approx(0.7 - 0.4)
    assert found.bound == pytest.approx(math.exp(-(0.3**2) / 4))
    # D > 0: (b, h) = (1, 0), (1, -1), (0, -1).
    leads = 0.7 * 0.5 + 0.7 * 0.1 + 0.2 * 0.1
    assert found.failure == pytest.approx(1 - leads)
    # Delta(0.9) = sqrt(4 log(1 / 0.9)) = 0.65 is not reached, 0.28 is.
    assert hoeffding_delta(2, 0.9) == pytest.approx(0.6492, abs=1e-4)
    assert not found.applies(0.9) and found.applies(0.98)


def test_chance_against_all_outcomes():
    rng = np.random.default_rng(0)
    features = drawn(rng, 5)
    ume, joint = rng.random((2, 5)) < 0.6
    failure = sum(
        chance
        for values, chance in outcomes(features)
        if values[ume].sum() - values[joint].sum() <= 0
    )
    assert margin(features, ume, joint).failure == pytest.approx(failure)


def test_the_bound_is_never_violated():
    rng = np.random.default_rng(5)
    applied = 0
    for epsilon in (0.0, 0.1, 0.3):
        features = drawn(rng, 40, epsilon, trials=(400,))
        likely = rng.uniform(0.1, 0.9, (2, 400, 1))
        ume, joint = rng.random((2, 400, 40)) < likely
        found = margin(features, ume, joint)
        assert (found.failure <= found.bound + 1e-12).all()
        for delta in (0.01, 0.1, 0.5):
            applies = found.applies(delta)
            applied += applies.sum()
            assert (found.failure[applies] <= delta).all()
            # The condition is the bound, solved for the mean.
            positive = found.mean > 0
            assert (applies == positive & (found.bound <= delta)).all()
    assert applied > 100


def test_equal_trainings_prove_nothing():
    features = Features.group({'m1': [0.9], 'm2': [0.7]}, epsilon=0.1)
    same = margin(features, np.ones(2, bool), np.ones(2, bool))
    assert same.terms == 0 and same.failure == 1 and same.bound == 1
    assert not same.applies(0.99)


@pytest.mark.parametrize('delta', [0.0, 1.0, -1.0, math.nan])
def test_impossible_delta(delta):
    with pytest.raises(ValueError, match='delta must lie between 0 and 1, but is'):
        hoeffding_delta(3, delta)
