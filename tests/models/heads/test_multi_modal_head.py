"""Observers of the loss, and what else all heads share."""

import pytest
import torch
from mmaction.structures import ActionDataSample

from mm_laziness.models import AttentionFusionHead, LinearFusionHead, MLPFusionHead

FEATS = dict(rgb=torch.randn(4, 2), audio=torch.randn(4, 2))


@pytest.fixture(params=[LinearFusionHead, MLPFusionHead, AttentionFusionHead])
def head(request):
    return request.param(3, dict(rgb=2, audio=2))


def samples(*labels):
    return [ActionDataSample().set_gt_label(label) for label in labels]


def test_observers_see_what_the_loss_sees(head):
    seen = []
    head.register_loss_observer(lambda *args: seen.append(args))
    head.loss(FEATS, samples(0, 1, 2, 0))
    # Each sample's two clips share its label.
    head.loss(FEATS, samples(1, 2))
    (feats, labels), (_, repeated) = seen
    assert all(feats[name] is FEATS[name] for name in FEATS)
    assert labels.tolist() == [0, 1, 2, 0]
    assert repeated.tolist() == [1, 1, 2, 2]


def test_observers_see_soft_labels(head):
    seen = []
    head.register_loss_observer(lambda feats, labels: seen.append(labels))
    soft = torch.eye(3)[[0, 1, 2, 0]] * 0.9 + 0.1 / 3
    head.loss(FEATS, [ActionDataSample().set_gt_label(label) for label in soft])
    assert torch.equal(seen[0], soft)


def test_observers_can_be_removed(head):
    seen = []
    first = head.register_loss_observer(lambda *args: seen.append('first'))
    head.register_loss_observer(lambda *args: seen.append('second'))
    head.loss(FEATS, samples(0, 1, 2, 0))
    first.remove()
    head.loss(FEATS, samples(0, 1, 2, 0))
    assert seen == ['first', 'second', 'second']
    first.remove()


def test_predictions_tell_no_observer(head):
    head.register_loss_observer(lambda *args: pytest.fail('called'))
    head.eval().predict(FEATS, samples(0, 1, 2, 0))


def test_observers_leave_no_trace_in_the_state(head):
    before = list(head.state_dict())
    head.register_loss_observer(print)
    assert list(head.state_dict()) == before


def test_accuracies_by_hand():
    head = LinearFusionHead(3, dict(rgb=2, audio=2), topk=(1, 2))
    scores = torch.tensor([[3.0, 2.0, 1.0], [3.0, 2.0, 1.0], [3.0, 2.0, 1.0]])
    found = head.accuracies(scores, torch.tensor([0, 1, 2]))
    assert found['top1_acc'] == pytest.approx(1 / 3)
    assert found['top2_acc'] == pytest.approx(2 / 3)


def test_predictions_by_hand(head):
    scores = torch.tensor([[1.0, 5.0, 2.0], [9.0, 5.0, 2.0]])
    written = head.write_predictions(
        samples(0, 0), scores, unimodal_scores=dict(rgb=scores + 1)
    )
    assert [sample.pred_label.tolist() for sample in written] == [[1], [0]]
    assert written[1].pred_score.tolist() == [9.0, 5.0, 2.0]
    assert written[1].unimodal_scores['rgb'].tolist() == [10.0, 6.0, 3.0]
