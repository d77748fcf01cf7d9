"""The head of DI-MML, stage 2: a classifier on frozen encoders."""

import pytest
import torch
import torch.nn.functional as F
from mmaction.structures import ActionDataSample

from mm_laziness.evaluation.functional import certainty_weighted_scores
from mm_laziness.models import DIMMLHead

NAMES = ('rgb', 'audio', 'flow')


def samples(*labels):
    return [ActionDataSample().set_gt_label(label) for label in labels]


def make(stage, names=NAMES, width=4, **kwargs):
    torch.manual_seed(stage)
    return DIMMLHead(3, dict.fromkeys(names, width), stage=stage, **kwargs)


def features(rows=4):
    generator = torch.Generator().manual_seed(0)
    return {m: torch.randn(rows, 4, generator=generator) for m in reversed(NAMES)}


@pytest.fixture
def checkpoint(tmp_path):
    """Of a whole model, whose other parts are not looked at."""
    head = make(1)
    state = {f'cls_head.{key}': value for key, value in head.state_dict().items()}
    state['encoders.rgb.weight'] = torch.zeros(1)
    path = str(tmp_path / 'stage1.pth')
    torch.save(dict(state_dict=state), path)
    return head, path


def test_starts_from_the_classifiers_of_stage_1(checkpoint):
    first, path = checkpoint
    head = make(2, stage1_checkpoint=path)
    head.init_weights()
    for m in NAMES:
        for kind in ('weight', 'bias'):
            own, given = (
                getattr(h.unimodal_classifiers[m], kind) for h in (head, first)
            )
            assert torch.equal(own, given)
            assert not own.requires_grad
    assert {k for k, p in head.named_parameters() if p.requires_grad} == {
        *('fc_cls.weight', 'fc_cls.bias')
    }
    assert not any('shared' in key or 'dimensions' in key for key in head.state_dict())


def test_initialization_is_xaviers(tmp_path):
    first = make(1, width=200)
    state = {f'cls_head.{key}': value for key, value in first.state_dict().items()}
    path = str(tmp_path / 'stage1.pth')
    torch.save(dict(state_dict=state), path)
    head = make(2, width=200, stage1_checkpoint=path)
    head.init_weights()
    std = (2 / (3 * 200 + 3)) ** 0.5
    assert head.fc_cls.weight.std().item() == pytest.approx(std, rel=0.1)
    assert not head.fc_cls.bias.any()


def test_loss_is_that_of_the_fusion_alone():
    head, feats = make(2), features()
    losses = head.loss(feats, samples(0, 2, 1, 2))
    scores = head.fc_cls(torch.cat([feats[m] for m in NAMES], dim=1))
    labels = torch.tensor([0, 2, 1, 2])
    torch.testing.assert_close(losses['loss_cls'], F.cross_entropy(scores, labels))
    assert losses['top1_acc'] == (scores.argmax(1) == labels).float().mean()
    assert {key for key in losses if 'loss' in key} == {'loss_cls'}
    losses['loss_cls'].backward()
    assert head.fc_cls.weight.grad.any()
    assert all(p.grad is None for p in head.unimodal_classifiers.parameters())
    assert not head.interacting


def test_observers_see_features_and_labels():
    head, feats, seen = make(2), features(), []
    head.register_loss_observer(lambda *what: seen.append(what))
    head.loss(feats, samples(0, 1, 2, 0))
    assert seen[0][0] is feats


def test_prediction_weighs_the_fusion_too():
    head, feats = make(2, certainty_temperature=0.2), features()
    result = head.predict(feats, samples(0, 1))
    own = {
        m: head.unimodal_classifiers[m](feats[m]).reshape(2, 2, 3).mean(1)
        for m in NAMES
    }
    fused = head.fuse(feats).reshape(2, 2, 3).mean(1)
    expected = certainty_weighted_scores([*own.values(), fused], 0.2)
    for index, sample in enumerate(result):
        torch.testing.assert_close(sample.pred_score, expected[index])
        assert list(sample.unimodal_scores) == list(NAMES)
        torch.testing.assert_close(sample.unimodal_scores['flow'], own['flow'][index])
        assert list(sample.alternative_scores) == ['fused_only']
        torch.testing.assert_close(
            sample.alternative_scores['fused_only'], fused[index]
        )
    scores = [*head.unimodal_scores(feats).values(), head.fuse(feats)]
    torch.testing.assert_close(head(feats), certainty_weighted_scores(scores, 0.2))


def test_checkpoints_that_do_not_serve(checkpoint, tmp_path):
    with pytest.raises(ValueError, match='set cls_head.stage1_checkpoint'):
        make(2).init_weights()
    missing = str(tmp_path / 'di_mml_x' / 'best.pth')
    with pytest.raises(FileNotFoundError, match='train.py configs/di_mml_x.py'):
        make(2, stage1_checkpoint=missing).init_weights()
    _, path = checkpoint
    other = make(2, names=('rgb', 'sound'), stage1_checkpoint=path)
    with pytest.raises(ValueError, match=r"2 of 4 tensors are missing \['sound"):
        other.init_weights()


def test_needs_no_checkpoint_for_testing():
    head = make(2, stage1_checkpoint='nowhere.pth')
    head.load_state_dict(make(2).state_dict())
    assert head.predict(features(2), samples(0, 1))[0].pred_score.shape == (3,)
