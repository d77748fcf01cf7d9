import pytest
import torch

from mm_laziness.evaluation import Predictions
from mm_laziness.utils.predictions.class_comparison import compare

LABELS = torch.tensor([0, 1])


def model(*modalities, seed=0, **alternatives):
    """Scores of each modality and their sum."""
    generator = torch.Generator().manual_seed(seed)
    parts = {name: torch.randn(2, 3, generator=generator) for name in modalities}
    fused = sum(parts.values()) if parts else torch.randn(2, 3, generator=generator)
    return Predictions(fused, LABELS, parts, alternatives)


def test_models_of_one_modality_are_the_uni_modal_ones():
    given = dict(joint=model('rgb', 'audio'), b=model('audio'), a=model('rgb', seed=1))
    found = compare(given)
    assert (found.unimodal, found.joint) == (['b', 'a'], 'joint')
    assert list(found.scores) == ['b', 'a', 'average', 'joint']
    mean = (given['a'].scores + given['b'].scores) / 2
    assert torch.allclose(found.scores['average'], mean)
    assert found.notes == []


def test_an_average_of_ones_own_is_kept():
    given = dict(a=model('rgb'), b=model('audio'), average=model(seed=3))
    found = compare(given)
    assert found.joint == 'average'
    assert torch.equal(found.scores['average'], given['average'].scores)


def test_several_others_need_a_name():
    given = dict(a=model('rgb'), b=model('audio'), c=model('rgb', 'audio'), d=model())
    found = compare(given)
    assert found.joint is None and list(found.scores)[-2:] == ['c', 'd']
    assert 'name it with --joint (one of c, d)' in found.notes[0]
    assert compare(given, joint='d').joint == 'd'


def test_own_scores_of_each_modality_stand_in():
    given = dict(joint=model('rgb', 'audio', 'flow'))
    found = compare(given)
    assert found.unimodal == ['joint:rgb', 'joint:audio', 'joint:flow']
    assert torch.equal(found.scores['joint:flow'], given['joint'].unimodal['flow'])
    # The splits of a linear head sum to its scores.
    assert torch.allclose(3 * found.scores['average'], found.scores['joint'])
    assert 'joint' in found.notes[0] and 'lazy' in found.notes[0]


def test_parts_can_be_named():
    given = dict(ume=model('rgb', 'audio', average_prob=torch.ones(2, 3)), x=model())
    found = compare(given, unimodal=['ume:audio', 'x'], joint='ume:average_prob')
    assert list(found.scores) == [
        'ume:audio',
        'x',
        'average',
        'ume',
        'ume:average_prob',
    ]
    assert found.joint == 'ume:average_prob'


def test_probabilities_are_not_averaged_with_logits():
    logits, other = model('rgb'), model('audio', seed=1)
    other.scores = other.scores.softmax(dim=1)
    found = compare(dict(a=logits, b=other, joint=model()))
    expected = (logits.scores.softmax(dim=1) + other.scores) / 2
    assert torch.allclose(found.scores['average'], expected)
    assert 'scores of b are probabilities' in found.notes[0]


def test_nothing_of_one_modality_is_said():
    found = compare(dict(a=model(), b=model()), joint='b')
    assert found.unimodal == [] and '--unimodal' in found.notes[0]


def test_unknown_names_are_answered_with_the_nearest():
    given = dict(joint=model('rgb', 'audio'), umt=model('rgb', 'audio'))
    with pytest.raises(ValueError, match="called 'jiont'; did you mean 'joint'"):
        compare(given, joint='jiont')
    with pytest.raises(ValueError, match="did you mean 'joint:audio'"):
        compare(given, unimodal=['joint:adio'])
    with pytest.raises(
        ValueError, match="called 'zzz'.*There are joint, umt, joint:rgb"
    ):
        compare(given, unimodal=['zzz'])
    with pytest.raises(ValueError, match="joint is 'umt', which is among"):
        compare(given, unimodal=['umt'], joint='umt')
