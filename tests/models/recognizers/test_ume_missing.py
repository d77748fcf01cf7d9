"""An ensemble without some of its members."""

import pytest
import torch
from tinymembers import SHAPES, own_predictions, predict, ume
from tinymodels import batch

from mm_laziness.models.utils import MissingModalities
from mm_laziness.utils.missing.stand_ins import features_of_zeros

WEIGHTS = dict(rgb=3.0, audio=1.0)


def fused(samples, name=None):
    return torch.stack(
        [s.alternative_scores[name] if name else s.pred_score for s in samples]
    )


def lacking(name):
    data = batch(3, **SHAPES)
    like = data['inputs'].pop(name)[0]
    return data, {name: like}


@pytest.mark.parametrize('lost, left', [('rgb', 'audio'), ('audio', 'rgb')])
def test_the_remaining_member_decides(pair, lost, left):
    data, _ = lacking(lost)
    own = own_predictions({left: pair[left]}, data)[left]
    model = ume(pair, weights=WEIGHTS)
    model.missing = MissingModalities((lost,))
    found = predict(model, data)
    torch.testing.assert_close(fused(found), own)
    torch.testing.assert_close(fused(found, 'average_prob'), own.softmax(dim=1))
    assert all(list(sample.unimodal_scores) == [left] for sample in found)


def test_remaining_weights_are_normalized(pair):
    three = dict(pair, other=pair['rgb'])
    data = batch(3, other=SHAPES['rgb'], **SHAPES)
    model = ume(three, weights=dict(rgb=1.0, audio=6.0, other=3.0))
    every = {
        name: torch.stack([s.unimodal_scores[name] for s in predict(model, data)])
        for name in ('rgb', 'other')
    }
    model.missing = MissingModalities(('audio',))
    del data['inputs']['audio']
    expected = 0.25 * every['rgb'] + 0.75 * every['other']
    torch.testing.assert_close(fused(predict(model, data)), expected)


def test_zeros_are_seen_by_the_member(pair):
    data, shapes = lacking('audio')
    model = ume(pair, weights=WEIGHTS)
    blank = {name: torch.zeros_like(like) for name, like in shapes.items()}
    whole = dict(data, inputs=dict(data['inputs'], audio=3 * [blank['audio']]))
    expected = predict(model, whole)
    model.missing = MissingModalities(('audio',), features_of_zeros(model, shapes))
    torch.testing.assert_close(fused(predict(model, data)), fused(expected))


def test_stand_in_scores_by_hand(pair):
    data, _ = lacking('audio')
    own = own_predictions(dict(rgb=pair['rgb']), data)['rgb']
    mean = torch.tensor([1.0, 2.0, 3.0])
    model = ume(pair, weights=WEIGHTS)
    model.missing = MissingModalities(('audio',), dict(audio=mean))
    torch.testing.assert_close(fused(predict(model, data)), 0.75 * own + 0.25 * mean)
    with pytest.raises(ValueError, match=r"\['rgb'\] are not declared missing"):
        predict(model, dict(data, inputs=dict(audio=[])))
