"""Predictions of every head without some of its modalities."""

import pytest
import torch
from mmaction.structures import ActionDataSample

from mm_laziness.evaluation.functional import certainty_weighted_scores
from mm_laziness.models import (
    AttentionFusionHead,
    DIMMLHead,
    LinearFusionHead,
    MLPFusionHead,
)
from mm_laziness.models.utils import MissingModalities

NAMES = ('rgb', 'audio', 'flow')
WIDTHS = dict.fromkeys(NAMES, 4)
HEADS = dict(
    linear=lambda **kw: LinearFusionHead(3, WIDTHS, **kw),
    aux_ce=lambda **kw: LinearFusionHead(3, WIDTHS, unimodal_loss_weights=1.0, **kw),
    mlp=lambda **kw: MLPFusionHead(3, WIDTHS, hidden_channels=8, **kw),
    attention=lambda **kw: AttentionFusionHead(3, WIDTHS, **kw),
    di_mml=lambda **kw: DIMMLHead(3, WIDTHS, certainty_temperature=0.1, **kw),
    di_mml_stage2=lambda **kw: DIMMLHead(3, WIDTHS, stage=2, **kw),
)


def make(kind, **kwargs):
    torch.manual_seed(0)
    return HEADS[kind](**kwargs).eval()


def features(samples=5, views=2):
    torch.manual_seed(1)
    return {name: 2 * torch.randn(samples, views, 4) for name in NAMES}


def rows(feats):
    return {name: views.flatten(0, 1) for name, views in feats.items()}


def predict(function, *args):
    samples = [ActionDataSample().set_gt_label(0) for _ in range(5)]
    with torch.no_grad():
        return function(*args, samples)


def fused(samples):
    return torch.stack([sample.pred_score for sample in samples])


def own(samples, name):
    return torch.stack([sample.unimodal_scores[name] for sample in samples])


@pytest.mark.parametrize('kind', HEADS)
@pytest.mark.parametrize('lost', [('audio',), ('rgb', 'flow')])
def test_stand_ins_are_what_the_encoder_would_have_given(kind, lost):
    head, feats = make(kind), features()
    constant = {name: torch.full((4,), 0.5) for name in lost}
    written = {m: f.clone() for m, f in feats.items()}
    for name in lost:
        written[name][:] = 0.5
    expected = predict(head.predict, rows(written))
    kept = {m: f for m, f in feats.items() if m not in lost}
    found = predict(head.predict_without, MissingModalities(lost, constant), kept)
    torch.testing.assert_close(fused(found), fused(expected))
    for sample in found:
        # An accuracy of the constant would be no accuracy of the modality.
        assert set(sample.unimodal_scores) == set(NAMES) - set(lost)
        assert sample.pred_label == sample.pred_score.argmax()
    for name in kept:
        torch.testing.assert_close(own(found, name), own(expected, name))


@pytest.mark.parametrize('kind', ['linear', 'aux_ce', 'mlp', 'attention'])
@pytest.mark.parametrize('lost', [('audio',), ('rgb', 'flow')])
def test_remaining_scores_are_summed(kind, lost):
    head, feats = make(kind), features()
    complete = predict(head.predict, rows(feats))
    # NaN would show if anything of the missing features were used.
    for name in lost:
        feats[name] = torch.full_like(feats[name], torch.nan)
    found = predict(head.predict_without, MissingModalities(lost), feats)
    left = [name for name in NAMES if name not in lost]
    summed = sum(own(complete, name) for name in left)
    torch.testing.assert_close(fused(found), summed)
    assert not torch.allclose(fused(found), fused(complete))
    assert all(list(sample.unimodal_scores) == left for sample in found)


def test_the_linear_split_by_hand():
    head = LinearFusionHead(2, dict(rgb=1, audio=2))
    with torch.no_grad():
        head.fc_cls.weight.copy_(torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]))
        head.fc_cls.bias.copy_(torch.tensor([0.5, -1.0]))
    sample = ActionDataSample()
    feats = dict(audio=torch.tensor([[[1.0, 10.0]]]))
    (found,) = head.predict_without(MissingModalities(('rgb',)), feats, [sample])
    # 2 * 1 + 3 * 10 + 0.5 / 2 and 5 * 1 + 6 * 10 - 1 / 2.
    assert found.pred_score.tolist() == [32.25, 64.5]
    assert found.pred_label.item() == 1


def test_a_split_is_averaged_as_the_fused_scores_are():
    head, feats = make('linear', average_clips='prob'), features()
    del feats['flow']
    found = predict(head.predict_without, MissingModalities(('flow',)), feats)
    split = head.split_scores(dict(rows(feats), flow=torch.zeros(10, 4)))
    scores = (split['rgb'] + split['audio']).softmax(1).unflatten(0, (5, 2)).mean(1)
    torch.testing.assert_close(fused(found), scores.detach())


@pytest.mark.parametrize('kind', ['di_mml', 'di_mml_stage2'])
def test_classifiers_that_remain_are_weighted_by_certainty(kind):
    head, feats = make(kind), features()
    del feats['rgb']
    found = predict(head.predict_without, MissingModalities(('rgb',)), feats)
    scores = [
        head.unimodal_classifiers[m](feats[m]).mean(dim=1) for m in ('audio', 'flow')
    ]
    expected = certainty_weighted_scores(scores, head.certainty_temperature)
    torch.testing.assert_close(fused(found), expected.detach())
    # The classifier of the fusion needs all modalities.
    assert not any('alternative_scores' in sample for sample in found)
