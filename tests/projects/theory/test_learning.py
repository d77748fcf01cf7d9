import numpy as np
import pytest

from projects.theory.learning import has_zero_error, learn


def by_hand(values, p, seen, boost):
    """The rule of Sec. 3.4, one feature and one sample at a time."""
    left = [i for i in range(len(p)) if seen[i]]
    sums, learned = [0] * len(values), []
    while left and not all(total > 0 for total in sums):
        best = max(left, key=lambda i: (p[i] + boost[i], -i))
        left.remove(best)
        learned.append(best)
        sums = [
            total + row[best] for total, row in zip(sums, values.tolist(), strict=True)
        ]
    return learned, bool(values.size) and all(total > 0 for total in sums)


def test_the_rule_against_one_that_is_slow():
    rng = np.random.default_rng(3)
    outcomes = set()
    for _ in range(150):
        shape = rng.integers(1, 5), rng.integers(1, 8)
        values = rng.choice([-1, 0, 1], size=shape, p=[0.15, 0.35, 0.5])
        # Of few values, so that there are ties.
        p = rng.integers(1, 5, size=shape[1]) / 8
        boost = rng.integers(0, 3, size=shape[1]) / 8
        seen = rng.random(shape[1]) < 0.8
        found = learn(values, p, seen, boost)
        learned, zero_error = by_hand(values, p, seen, boost)
        assert np.flatnonzero(found.mask).tolist() == sorted(learned)
        assert found.zero_error == zero_error and found.count == len(learned)
        outcomes.add((bool(zero_error), len(learned) == seen.sum()))
    assert outcomes >= {(True, False), (False, True)}


def test_many_trials_at_once_are_as_one_by_one():
    rng = np.random.default_rng(0)
    values = rng.choice([-1, 0, 1], size=(20, 3, 6), p=[0.1, 0.3, 0.6])
    p = rng.random((20, 6))
    seen = np.array([True, False, True, True, True, False])
    together = learn(values, p, seen)
    for i in range(20):
        alone = learn(values[i], p[i], seen)
        assert (alone.mask == together.mask[i]).all()
        assert alone.zero_error == together.zero_error[i]


def test_ties_are_learned_in_the_order_of_the_list():
    values = np.array([[0, 1, 1, 1]])
    assert learn(values, np.full(4, 0.5)).mask.tolist() == [True, True, False, False]


def test_features_that_run_out_are_no_zero_error():
    # The second sample's sum stays at zero: a guess, so half an error.
    stuck = learn(np.array([[1, 1], [-1, 1]]), np.array([0.4, 0.3]))
    assert stuck.mask.all() and not stuck.zero_error
    nothing = learn(np.ones((2, 2)), np.array([0.4, 0.3]), seen=np.zeros(2, bool))
    assert not nothing.mask.any() and not nothing.zero_error


def test_error_of_given_features():
    values = np.array([[1, -1, 1], [1, 1, -1]])
    masks = np.array([[1, 0, 0], [1, 1, 0], [0, 0, 0]], bool)
    assert [bool(has_zero_error(values, mask)) for mask in masks] == [
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ('values', 'boost', 'text'),
    [
        (np.ones((2, 3)), 0, r'have shapes \(2, 3\) and \(2,\)'),
        (np.ones(2), 0, 'values must be'),
        (np.ones((0, 2)), 0, 'at least one training sample'),
        (np.ones((2, 2)), -0.1, 'must not be negative, but is as low as -0.1'),
        (np.ones((2, 2)), np.nan, 'must not be negative'),
    ],
)
def test_impossible_data(values, boost, text):
    with pytest.raises(ValueError, match=text):
        learn(values, np.array([0.5, 0.4]), boost=boost)
