import numpy as np
import pytest

from projects.theory.features import Features


def test_values_come_with_their_probabilities():
    features = Features.group({'a': [0.6, 0.1], 'b': [0.3]}, [1.0], epsilon=0.0)
    noisy = Features(features.modalities, features.owners, features.p, [0.3, 0.1, 0, 0])
    values = noisy.draw(40_000, np.random.default_rng(0))
    assert values.shape == (40_000, 4) and values.dtype == np.int8
    # Four standard deviations of a share of 40 000 are at most 0.01.
    assert np.abs((values == 1).mean(axis=0) - noisy.p).max() < 0.01
    assert np.abs((values == -1).mean(axis=0) - noisy.epsilon).max() < 0.01
    assert set(values[:, 3]) == {1}
    # Independent of each other given the label.
    assert abs(np.corrcoef(values[:, 0], values[:, 1])[0, 1]) < 0.02


def test_trials_are_drawn_each_by_its_own_probabilities():
    features = Features('ab', ['a', 'b'], [[1.0, 0.0], [0.0, 1.0]], np.zeros(2))
    values = features.draw(5, np.random.default_rng(0))
    assert (values[0] == [1, 0]).all() and (values[1] == [0, 1]).all()


def test_who_sees_a_feature():
    features = Features.group(
        {'a': [0.5], 'b': [0.4, 0.3], 'c': []},
        {('a', 'b', 'c'): [0.2], ('c', 'a'): [0.1]},
        epsilon=0.1,
    )
    assert features.of('a').tolist() == [True, False, False, False, False]
    assert features.of('b').tolist() == [False, True, True, False, False]
    assert not features.of('c').any()
    assert features.paired.tolist() == [False, False, False, True, True]
    # p = epsilon: Definition 3.3.
    assert features.empty.tolist() == [False, False, False, False, True]


@pytest.mark.parametrize(
    ('unimodal', 'paired', 'epsilon', 'text'),
    [
        ({'a': [0.5]}, (), 0, 'at least two different names.*are .*a'),
        ({'a': [1.2], 'b': [0.5]}, (), 0, 'p holds probabilities from 0 to 1, but 1.2'),
        ({'a': [0.5], 'b': [np.nan]}, (), 0, 'from 0 to 1, but nan'),
        ({'a': [0.5], 'b': [0.5]}, (), -0.1, 'epsilon holds probabilities.* but -0.1'),
        ({'a': [0.5], 'b': [0.9]}, (), 0.2, r'at most 1, but is 1.1; lower p or eps'),
        ({'a': [0.5], 'b': [0.1]}, (), 0.2, 'p must not be below epsilon.*raise p'),
        ({'a': [], 'b': []}, {('a',): [0.5]}, 0, 'at least two modal.*unimodal'),
        ({'a': [], 'b': []}, {('a', 'x'): [0.5]}, 0, r'owners\[0\] must name.*x'),
        ({'a': [], 'b': []}, {('a', 'a'): [0.5]}, 0, r'owners\[0\] .* different'),
    ],
)
def test_impossible_specifications(unimodal, paired, epsilon, text):
    with pytest.raises(ValueError, match=text):
        Features.group(unimodal, paired, epsilon)


def test_impossible_calls():
    features = Features.group({'a': [0.7], 'b': [0.5]}, epsilon=0.3)
    with pytest.raises(ValueError, match='at least 1, but is 0'):
        features.draw(0, np.random.default_rng(0))
    with pytest.raises(ValueError, match="no modality 'c', only"):
        features.of('c')
    with pytest.raises(ValueError, match=r'\(..., 1\), but has shape \(2,\)'):
        Features('ab', ['a'], [0.1, 0.2], 0.0)
