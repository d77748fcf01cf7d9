"""The linear head: scores, splits, losses, predictions."""

from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample

from mm_laziness.models import LinearFusionHead

GOLDEN = np.load(
    Path(__file__).parents[2] / 'golden' / 'linear_heads_ume.npz', allow_pickle=False
)


def samples(*labels):
    return [ActionDataSample().set_gt_label(label) for label in labels]


def make(classes=3, widths=None, **kwargs):
    torch.manual_seed(0)
    return LinearFusionHead(classes, widths or dict(rgb=2, audio=4), **kwargs)


@pytest.mark.parametrize(
    'tag, names', [('two', 'audio visual'), ('three', 'audio visual text')]
)
def test_official_scores_and_splits(tag, names):
    feats = {m: torch.from_numpy(GOLDEN[f'{tag}__feat_{m}']) for m in names.split()}
    head = make(int(GOLDEN['n_classes']), {m: f.shape[1] for m, f in feats.items()})
    head.fc_cls.weight.data = torch.from_numpy(GOLDEN[f'{tag}__weight'])
    head.fc_cls.bias.data = torch.from_numpy(GOLDEN[f'{tag}__bias'])
    expected = torch.from_numpy(GOLDEN[f'{tag}__logits_joint'])
    torch.testing.assert_close(head(feats).detach(), expected, rtol=1e-4, atol=1e-6)
    split = head.split_scores(feats)
    assert list(split) == names.split()
    for m in feats:
        expected = torch.from_numpy(GOLDEN[f'{tag}__logits_{m}'])
        torch.testing.assert_close(split[m].detach(), expected, rtol=1e-4, atol=1e-6)
    torch.testing.assert_close(sum(split.values()), head(feats))


def test_columns_follow_in_channels_not_the_features():
    head = make()
    feats = dict(audio=torch.randn(5, 4), rgb=torch.randn(5, 2))
    expected = head.fc_cls(torch.cat([feats['rgb'], feats['audio']], dim=1))
    torch.testing.assert_close(head(feats), expected)


def test_one_modality_is_a_linear_classifier():
    head = make(widths=dict(flow=4))
    feats = dict(flow=torch.randn(5, 4))
    torch.testing.assert_close(head.split_scores(feats)['flow'], head(feats))


def test_losses():
    head = make()
    feats = dict(rgb=torch.randn(4, 2), audio=torch.randn(4, 4))
    labels = [0, 2, 1, 2]
    losses = head.loss(feats, samples(*labels))
    expected = F.cross_entropy(head(feats), torch.tensor(labels))
    torch.testing.assert_close(losses['loss_cls'], expected)
    hits = head(feats).argmax(1) == torch.tensor(labels)
    assert losses['top1_acc'] == hits.float().mean()
    assert losses['top5_acc'] == 1
    # Only keys with "loss" are summed by MMEngine.
    assert {key for key in losses if 'loss' in key} == {'loss_cls'}


def test_unimodal_losses():
    feats = dict(rgb=torch.randn(4, 2), audio=torch.randn(4, 4))
    head = make(unimodal_loss_weights=dict(audio=0.5), fused_loss_weight=2.0)
    losses = head.loss(feats, samples(0, 1, 2, 0))
    labels = torch.tensor([0, 1, 2, 0])
    own = F.cross_entropy(head.unimodal_classifiers['audio'](feats['audio']), labels)
    torch.testing.assert_close(losses['loss_audio'], 0.5 * own)
    fused = F.cross_entropy(head(feats), labels)
    torch.testing.assert_close(losses['loss_cls'], 2 * fused)
    scores = head.unimodal_scores(feats)
    assert list(scores) == ['rgb', 'audio']
    expected = head.unimodal_classifiers['audio'](feats['audio'])
    torch.testing.assert_close(scores['audio'], expected)
    torch.testing.assert_close(scores['rgb'], head.split_scores(feats)['rgb'])
    with pytest.raises(ValueError, match=r"names \['flow'\]"):
        make(unimodal_loss_weights=dict(flow=1.0))


def test_clips_share_the_label_of_their_sample():
    head = make()
    feats = dict(rgb=torch.randn(4, 2), audio=torch.randn(4, 4))
    expected = F.cross_entropy(head(feats), torch.tensor([1, 1, 2, 2]))
    torch.testing.assert_close(head.loss(feats, samples(1, 2))['loss_cls'], expected)


def test_soft_labels_and_smoothing():
    head = make(label_smooth_eps=0.3)
    feats = dict(rgb=torch.randn(1, 2), audio=torch.randn(1, 4))
    target = torch.tensor([[0.1, 0.8, 0.1]])
    expected = F.cross_entropy(head(feats), target)
    torch.testing.assert_close(head.loss(feats, samples(1))['loss_cls'], expected)
    soft = [ActionDataSample().set_gt_label(torch.tensor([0.5, 0.5, 0.0]))]
    target = 0.7 * torch.tensor([[0.5, 0.5, 0.0]]) + 0.1
    losses = head.loss(feats, soft)
    torch.testing.assert_close(losses['loss_cls'], F.cross_entropy(head(feats), target))
    assert 'top1_acc' not in losses


@pytest.mark.parametrize('kind', ['score', 'prob'])
def test_prediction_averages_clips(kind):
    head = make(average_clips=kind)
    feats = dict(rgb=torch.randn(6, 2), audio=torch.randn(6, 4))
    result = head.predict(feats, samples(0, 1))
    scores = head(feats).reshape(2, 3, 3)
    expected = (scores.softmax(-1) if kind == 'prob' else scores).mean(1)
    for index, sample in enumerate(result):
        torch.testing.assert_close(sample.pred_score, expected[index])
        assert sample.pred_label == expected[index].argmax()
        assert list(sample.unimodal_scores) == ['rgb', 'audio']
    if kind == 'score':
        both = sum(result[0].unimodal_scores.values())
        torch.testing.assert_close(both, result[0].pred_score)


def test_without_average_clips():
    head = make(average_clips=None)
    feats = dict(rgb=torch.randn(2, 2), audio=torch.randn(2, 4))
    assert head.predict(feats, samples(0, 1))[0].pred_score.shape == (3,)
    with pytest.raises(ValueError, match='set average_clips'):
        head.predict(feats, samples(0))


def test_dropout_acts_in_training_only():
    head = make(dropout=0.5)
    feats = dict(rgb=torch.ones(64, 2), audio=torch.ones(64, 4))
    assert head(feats).std(dim=0).min() > 0
    head.eval()
    assert head(feats).std(dim=0).max() < 1e-6


def test_initialization():
    head = MODELS.build(
        dict(
            type='LinearFusionHead',
            num_classes=50,
            in_channels=dict(rgb=200),
            unimodal_loss_weights=1.0,
        )
    )
    head.init_weights()
    for layer in (head.fc_cls, head.unimodal_classifiers['rgb']):
        assert layer.weight.std().item() == pytest.approx(0.01, rel=0.1)
        assert not layer.bias.any()


def test_bfloat16_features():
    head = make().bfloat16()
    feats = dict(rgb=torch.randn(4, 2).bfloat16(), audio=torch.randn(4, 4).bfloat16())
    assert head.loss(feats, samples(0, 1, 2, 0))['loss_cls'].dtype == torch.float32
    assert head.predict(feats, samples(0, 1, 2, 0))[0].pred_score.dtype == torch.float32


@pytest.mark.parametrize(
    'kwargs, message',
    [
        (dict(classes=0), 'at least one class'),
        (dict(widths=dict(rgb=0)), 'positive width'),
        (dict(multi_class=True), 'assumes one label'),
    ],
)
def test_bad_arguments(kwargs, message):
    with pytest.raises(ValueError, match=message):
        make(**kwargs)
