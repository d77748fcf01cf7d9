from collections import Counter

import pytest

from mm_laziness.engine.runner.holdout import split_holdout

LABELS = [0] * 20 + [1] * 40 + [7] * 10


def test_each_class_gives_its_share_and_each_sample_is_on_one_side():
    kept, held = split_holdout(LABELS, 0.2, seed=0)
    assert Counter(LABELS[index] for index in held) == {0: 4, 1: 8, 7: 2}
    assert sorted(kept + held) == list(range(70))
    assert kept == sorted(kept) and held == sorted(held)
    assert {type(index) for index in kept + held} == {int}


def test_the_seed_alone_decides():
    first = split_holdout(LABELS, 0.2, seed=0)
    assert first == split_holdout(LABELS, 0.2, seed=0)
    assert first != split_holdout(LABELS, 0.2, seed=1)


def test_shares_that_are_no_whole_numbers():
    kept, held = split_holdout([0, 0, 0, 1, 1, 1, 1], 0.3, seed=0)
    assert (len(kept), len(held)) == (4, 3)


@pytest.mark.parametrize('holdout', [0, 1, -0.1, 1.5, float('nan')])
def test_refuses_what_is_no_share(holdout):
    with pytest.raises(ValueError, match='holdout must be a share between 0 and 1'):
        split_holdout(LABELS, holdout, seed=0)


def test_names_a_class_with_one_sample():
    with pytest.raises(ValueError, match=r'of 71 samples in 4 classes.*\{3: 1\}; set'):
        split_holdout([*LABELS, 3], 0.2, seed=0)


def test_names_classes_that_no_held_out_sample_is_of():
    # A tenth of three samples is none.
    labels = [0] * 50 + [1] * 3 + [2] * 50
    with pytest.raises(ValueError, match=r'\{1: 3\}; set holdout nearer to 0.5'):
        split_holdout(labels, 0.1, seed=0)


@pytest.mark.parametrize('holdout', [0.1, 0.9])
def test_fewer_samples_than_classes_on_a_side(holdout):
    with pytest.raises(ValueError, match=r'\{2: 2\}'):
        split_holdout([0, 0, 0, 1, 1, 1, 2, 2], holdout, seed=0)
