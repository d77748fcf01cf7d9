import numpy as np
import pytest

from projects.theory import measures
from projects.theory.bounds import Margin
from projects.theory.error import exact_error
from projects.theory.examples import BOOST, TABLE, example_features
from projects.theory.features import Features
from projects.theory.measures import measure, measure_boost
from projects.theory.training import train


def one(found):
    return {key: values[0].item() for key, values in found.items()}


def example():
    features = example_features()
    return Features(features.modalities, features.owners, features.p[None], 0.0)


def test_the_papers_example():
    found = one(measure(example(), TABLE[None], [0.5]))
    counts = {k: v for k, v in found.items() if k.startswith('learned')}
    assert counts == {
        'learned_ume': 6,
        'learned_joint': 2,
        'learned_joint_paired': 1,
        'learned_m1_alone': 3,
        'learned_m1_joint': 1,
        'learned_m2_alone': 3,
        'learned_m2_joint': 0,
    }
    claims = ('a_holds', 'a_holds_or_equal', 'a_strong_or_equal', 'b_holds', 'ume_wins')
    assert found['separable'] and all(found[claim] for claim in claims)
    # m1 has f1 of joint training: 0.8 / 2; m2 has nothing: a guess.
    assert found['error_m1_joint'] == pytest.approx(0.4)
    assert found['error_m2_joint'] == 0.5
    # f2, f3, g1, g2, g3 less h: too little for the theorem.
    assert found['margin'] == pytest.approx(0.10 + 0.05 + 0.15 + 0.08 + 0.02 - 0.28)
    assert not found['c_applies_0.5'] and np.isnan(found['c_failure_0.5'])


def test_claims_that_fail():
    # The only feature of m2 spoils a sample that m1 alone has right: joint training
    # learns as much of m1, and of m2 what m2 does.
    features = Features('ab', ['a', 'a', 'b'], [[0.5, 0.4, 0.6]], 0.0)
    values = np.array([[[1, 1, 0], [1, 1, 1]]])
    found = one(measure(features, values, [0.5]))
    assert found['learned_joint'] == 2 and found['learned_ume'] == 2
    assert not found['a_holds'] and found['a_holds_or_equal']
    assert not found['a_strong_or_equal'] and not found['separable']
    assert not found['b_holds'] and found['b_holds_or_equal']
    assert not found['ume_wins'] and not found['c_applies_0.5']


def test_the_strong_claim_is_about_every_modality():
    # a learns 1, b 3, and joint training the pair and a.
    p = [[0.5, 0.4, 0.3, 0.2, 0.9]]
    features = Features('ab', ['a', 'b', 'b', 'b', 'ab'], p, 0.0)
    found = one(measure(features, np.array([[[1, 0, 0, 1, 0]]]), [0.5]))
    assert found['learned_joint'] == 2 and found['learned_b_alone'] == 3
    assert found['a_holds'] and not found['a_strong_or_equal']
    # b is worse, a as it is alone.
    assert not found['b_holds'] and found['b_holds_or_equal']
    # The strong one of b spoils the sample: one more of a is learned, and less of b.
    features = Features('ab', 'aabbb', [[0.5, 0.4, 0.9, 0.3, 0.2]], 0.0)
    found = one(measure(features, np.array([[[1, 1, -1, 1, 1]]]), [0.5]))
    assert found['error_a_joint'] < found['error_a_alone']
    assert found['error_b_joint'] > found['error_b_alone']
    assert not found['b_holds_or_equal']


def test_a_violated_theorem_would_be_told(monkeypatch):
    # A mean of 1 of one term proves exp(-1 / 2) = 0.61, and no less.
    wrong = Margin(np.array([1]), np.array([1.0]), np.array([0.9]))
    monkeypatch.setattr(measures, 'margin', lambda *_: wrong)
    found = one(measures.measure(example(), TABLE[None], [0.7, 0.95, 0.5]))
    assert found['c_applies_0.7'] and found['c_fails_0.7']
    assert found['c_applies_0.95'] and not found['c_fails_0.95']
    assert found['c_failure_0.7'] == 0.9
    assert not found['c_applies_0.5'] and not found['c_fails_0.5']


def test_boost_of_the_papers_example():
    features = example()
    trained = train(features, TABLE[None])
    found = one(measure_boost(features, TABLE[None], trained, BOOST))
    learned = [found[f'learned_{way}'] for way in ('joint', 'pushed', 'ume', 'umt')]
    assert learned == [2, 4, 6, 7]
    assert found['learned_umt_paired'] == 1 and found['umt_beats_ume']
    assert all(found[f'zero_error_{way}'] for way in ('joint', 'pushed', 'ume', 'umt'))
    everything = exact_error(features, np.ones((1, 7), bool))
    assert found['error_umt'] == everything[0]
