import numpy as np
import pytest
from drawnfeatures import NAMES, drawn

from projects.theory.features import Features
from projects.theory.learning import learn
from projects.theory.training import train, train_pushed, train_umt


def three():
    """Three modalities; rgb refuses, and a pair of two needs no third."""
    features = Features.group(
        {'rgb': [0.5], 'flow': [0.4], 'audio': [0.3]}, {('rgb', 'flow'): [0.6]}
    )
    values = np.array([[1, 1, 1, 1], [0, 1, 1, 1]])
    return features, values


def test_each_modality_sees_its_own_and_joint_training_all():
    trained = train(*three())
    assert {m: v.mask.tolist() for m, v in trained.unimodal.items()} == {
        'rgb': [True, False, False, False],
        'flow': [False, True, False, False],
        'audio': [False, False, True, False],
    }
    assert trained.joint.mask.tolist() == [False, False, False, True]
    assert trained.ume.mask.tolist() == [True, True, True, False]
    # rgb alone does not get the second sample right, the ensemble does.
    assert not trained.unimodal['rgb'].zero_error and not trained.separable
    assert trained.ume.zero_error and trained.joint.zero_error


def test_an_ensemble_of_right_members_is_right():
    rng = np.random.default_rng(1)
    features = drawn(rng, 40, trials=(200,))
    trained = train(features, features.draw(3, rng))
    assert 20 < trained.separable.sum() < 200
    assert trained.ume.zero_error[trained.separable].all()
    counts = sum(learned.count for learned in trained.unimodal.values())
    assert (trained.ume.count == counts).all()


def test_pairs_may_keep_joint_training_alone_from_zero_error():
    features = Features.group({'rgb': [0.5], 'flow': [0.5]}, [0.9, 0.8])
    trained = train(features, np.array([[1, 1, -1, -1]]))
    assert trained.ume.zero_error and not trained.joint.zero_error
    assert not trained.separable


def test_a_push_moves_unimodal_features_only():
    features, values = three()
    # 0.5 + 0.2 overtakes the pair's 0.6, as does 0.4 + 0.21; then all is right.
    assert train_pushed(features, values, 0.21).mask.tolist() == [1, 1, 0, 0]
    assert train_pushed(features, values, 0.15).mask.tolist() == [1, 0, 0, 1]
    none = train_pushed(features, values, 0.0)
    assert (none.mask == learn(values, features.p).mask).all()
    rng = np.random.default_rng(0)
    many = drawn(rng, 10, trials=(50,))
    drawn_values = many.draw(4, rng)
    # Pushed beyond all: no pair is learned before the last uni-modal feature.
    pushed = train_pushed(many, drawn_values, 1.0)
    paired = (pushed.mask & many.paired).any(axis=-1)
    assert paired.any() and not paired.all()
    assert (pushed.mask | many.paired)[paired].all()


def test_umt_learns_what_ume_does_and_the_strong_pairs():
    features, values = three()
    ume = train(features, values).ume
    assert train_umt(features, values, ume, 0.59).mask.tolist() == [True] * 4
    # p must exceed the boost.
    weak = train_umt(features, values, ume, 0.6)
    assert weak.mask.tolist() == ume.mask.tolist() and weak.zero_error
    with pytest.raises(ValueError, match='must not be negative, but is -0.1'):
        train_umt(features, values, ume, -0.1)


def test_a_pair_may_cost_umt_its_zero_error():
    features = Features.group({NAMES[0]: [0.5], NAMES[1]: [0.5]}, [0.9])
    values = np.array([[1, 0, -1], [0, 1, 1]])
    ume = train(features, values).ume
    assert not train_umt(features, values, ume, 0.1).zero_error
