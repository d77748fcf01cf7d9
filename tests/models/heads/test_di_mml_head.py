"""The head of DI-MML, stage 1: losses, gradients, separation."""

import copy

import pytest
import torch
import torch.nn.functional as F
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample

from mm_laziness.evaluation.functional import certainty_weighted_scores
from mm_laziness.models import DIMMLHead, DUCLoss

THREE = ('rgb', 'audio', 'flow')
SETS = dict(
    rgb=torch.tensor([0, 1, 3]), audio=torch.tensor([1, 2, 3]), flow=torch.tensor([3])
)


def samples(*labels):
    return [ActionDataSample().set_gt_label(label) for label in labels]


def make(names=THREE, width=4, classes=3, **kwargs):
    torch.manual_seed(0)
    return DIMMLHead(classes, dict.fromkeys(names, width), **kwargs)


def features(names=THREE, rows=4, width=4):
    generator = torch.Generator().manual_seed(0)
    return {
        m: torch.randn(rows, width, generator=generator, requires_grad=True)
        for m in names
    }


def total(losses):
    return sum(value for key, value in losses.items() if 'loss' in key)


def test_losses_of_three_modalities_before_and_after_the_separation():
    head, feats, labels = make(shared_loss_weight=0.5), features(), [0, 2, 1, 2]
    before = head.loss(feats, samples(*labels))
    for m in THREE:
        own = head.unimodal_classifiers[m](feats[m])
        shared = 0.5 * F.cross_entropy(
            head.shared_classifier(feats[m]), torch.tensor(labels)
        )
        expected = F.cross_entropy(own, torch.tensor(labels))
        torch.testing.assert_close(before[f'loss_{m}'], expected)
        torch.testing.assert_close(before[f'loss_shared_{m}'], shared)
        hits = own.argmax(1) == torch.tensor(labels)
        assert before[f'top1_acc_{m}'] == hits.float().mean()
    assert before['loss_duc'] == 0
    assert not head.interacting
    head.set_dimensions(SETS)
    assert head.interacting
    after = head.loss(feats, samples(*labels))
    expected = DUCLoss()(feats, SETS)
    assert expected > 0
    torch.testing.assert_close(after.pop('loss_duc'), expected)
    assert all(torch.equal(after[key], before[key]) for key in after)


def test_each_modality_learns_from_its_own_losses_only():
    head, feats = make(), features()
    head.set_dimensions(SETS)
    losses = head.loss(feats, samples(0, 1, 2, 0))
    (losses['loss_rgb'] + losses['loss_shared_rgb']).backward(retain_graph=True)
    assert feats['rgb'].grad.any()
    assert feats['audio'].grad is None and feats['flow'].grad is None
    assert head.shared_classifier.weight.grad.any()
    assert head.unimodal_classifiers['audio'].weight.grad is None
    head.zero_grad()
    losses['loss_duc'].backward()
    assert all(parameter.grad is None for parameter in head.parameters())


def test_the_separation_is_in_the_state_and_can_be_repeated():
    head = make()
    head.set_dimensions(SETS)
    assert head.state_dict()['dimensions.audio'].tolist() == [False, True, True, True]
    resumed = make()
    resumed.load_state_dict(head.state_dict())
    for other in (resumed, copy.deepcopy(head)):
        assert other.interacting
        feats = features()
        first, second = (h.loss(feats, samples(0, 1, 2, 0)) for h in (head, other))
        assert torch.equal(first['loss_duc'], second['loss_duc'])
    resumed.load_state_dict(make().state_dict())
    assert not resumed.interacting


def test_observers_see_features_and_labels():
    head, feats, seen = make(), features(), []
    head.register_loss_observer(lambda *what: seen.append(what))
    head.loss(feats, samples(0, 1, 2, 0))
    ((given, labels),) = seen
    assert given is feats and labels.tolist() == [0, 1, 2, 0]


def test_clips_share_the_label_of_their_sample():
    head, feats = make(), features()
    found = head.loss(feats, samples(1, 2))['loss_audio']
    scores = head.unimodal_classifiers['audio'](feats['audio'])
    expected = F.cross_entropy(scores, torch.tensor([1, 1, 2, 2]))
    torch.testing.assert_close(found, expected)


def test_prediction_weighs_the_modalities_by_certainty():
    head, feats = make(certainty_temperature=0.2), features()
    result = head.predict(feats, samples(0, 1))
    own = {
        m: head.unimodal_classifiers[m](feats[m]).reshape(2, 2, 3).mean(1)
        for m in THREE
    }
    expected = certainty_weighted_scores(list(own.values()), 0.2)
    for index, sample in enumerate(result):
        torch.testing.assert_close(sample.pred_score, expected[index])
        assert list(sample.unimodal_scores) == list(THREE)
        for m in THREE:
            torch.testing.assert_close(sample.unimodal_scores[m], own[m][index])
        assert 'alternative_scores' not in sample
    single = certainty_weighted_scores(list(head.unimodal_scores(feats).values()), 0.2)
    torch.testing.assert_close(head(feats), single)


def test_autocast():
    head, feats = make(), features()
    head.set_dimensions(SETS)
    with torch.autocast('cpu', torch.bfloat16):
        losses = head.loss(feats, samples(0, 1, 2, 0))
    assert {value.dtype for value in losses.values()} == {torch.float32}
    total(losses).backward()
    assert feats['flow'].grad.isfinite().all()


@pytest.mark.parametrize(
    'kwargs, message',
    [
        (dict(in_channels=dict(rgb=4, audio=8)), 'choose encoders of equal width'),
        (dict(in_channels=dict(rgb=4)), 'two or more modalities'),
        (dict(stage=3), 'stage must be 1 or 2, but got 3'),
        (dict(certainty_temperature=0.0), 'certainty_temperature must be positive'),
        (dict(certainty_temperature=float('nan')), 'temperature must be positive'),
        (dict(average_clips='prob'), "set average_clips='score'"),
        (dict(loss_duc=dict(type='DUCLoss', temperature=-1)), 'temperature must be'),
    ],
)
def test_bad_arguments(kwargs, message):
    widths = dict(rgb=4, audio=4)
    cfg = dict(type='DIMMLHead', num_classes=3, in_channels=widths)
    with pytest.raises(ValueError, match=message):
        MODELS.build({**cfg, **kwargs})
