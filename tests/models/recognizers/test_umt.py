"""UMT: the loss, its gradients, and what teachers see."""

import pytest
import torch
import torch.nn.functional as F
from tinymodels import (
    batch,
    build,
    features_of_teachers,
    initialize,
    same,
    snapshot,
    stacked,
    teachers_of,
    umt,
)

from mm_laziness.models import LateFusionRecognizer


def test_loss(teachers):
    model = initialize(umt(teachers)).train()
    data = batch(4)
    losses = model(**model.data_preprocessor(data, True), mode='loss')
    targets = features_of_teachers(teachers, stacked(batch(4)))
    student = initialize(build()).train()
    feats = student.extract_feat(stacked(batch(4)))
    for name in ('rgb', 'audio'):
        expected = 50 * F.mse_loss(feats[name], targets[name])
        torch.testing.assert_close(losses[f'loss_distill_{name}'], expected)
        assert expected > 1
    labels = torch.tensor([0, 1, 2, 0])
    cross_entropy = F.cross_entropy(student.cls_head(feats), labels)
    torch.testing.assert_close(losses['loss_cls'], cross_entropy)
    total, _ = model.parse_losses(losses)
    expected = sum(50 * F.mse_loss(feats[m], targets[m]) for m in feats)
    torch.testing.assert_close(total, cross_entropy + expected)


def test_loss_config(teachers):
    cfg = dict(type='FeatureDistillationLoss', loss_weight=0.0)
    model = initialize(umt(teachers, loss_distill=cfg))
    losses = model.loss(stacked(batch(4)), batch(4)['data_samples'])
    assert losses['loss_distill_rgb'] == losses['loss_distill_audio'] == 0


def test_gradients(teachers):
    model = initialize(umt(teachers)).train()
    losses = model.loss(stacked(batch(4)), batch(4)['data_samples'])
    losses['loss_distill_audio'].backward()
    reached = {
        n.split('.')[1] for n, p in model.named_parameters() if p.grad is not None
    }
    assert reached == {'audio'}
    for held in model.teachers.values():
        assert all(p.grad is None for p in held.wrapped.parameters())


def test_students_start_from_scratch(teachers):
    model = initialize(umt(teachers))
    assert same(snapshot(model.encoders), snapshot(initialize(build()).encoders))
    assert not same(snapshot(model.encoders['rgb']), teachers_of(model)['rgb'])


@pytest.mark.parametrize('surroundings', [False, True])
def test_teachers_of_lower_precision(teachers, surroundings):
    model = initialize(umt(teachers, teacher_dtype='bfloat16')).train()
    seen = []
    for held in model.teachers.values():
        convolution = next(m for m in held.wrapped.modules() if hasattr(m, 'stride'))
        convolution.register_forward_hook(lambda *args: seen.append(args[2].dtype))
    with torch.autocast('cpu', torch.float16, enabled=surroundings):
        losses = model.loss(stacked(batch(4)), batch(4)['data_samples'])
    assert seen == [torch.bfloat16] * 2
    expected = initialize(umt(teachers)).train()
    expected = expected.loss(stacked(batch(4)), batch(4)['data_samples'])
    for name, value in losses.items():
        assert value.dtype == torch.float32 or 'acc' in name
        torch.testing.assert_close(value, expected[name], rtol=0.1, atol=0.1)


def test_segments_and_views_of_teachers(teachers):
    """Teachers and students see the same views."""
    model = initialize(umt(teachers)).train()
    data = batch(2, rgb=(6, 3, 4, 8, 8), audio=(2, 1, 8, 8))
    targets = features_of_teachers(teachers, stacked(data))
    found = model.encode(model.teachers, stacked(data))
    for name in targets:
        assert found[name].shape == (12, 4)
        torch.testing.assert_close(found[name], targets[name])


def test_unknown_teacher_dtype(teachers):
    with pytest.raises(ValueError, match="but got 'fp16'"):
        umt(teachers, teacher_dtype='fp16').init_weights()


def test_it_is_a_late_fusion_recognizer(teachers):
    model = initialize(umt(teachers, encoder_checkpoints=dict(rgb=teachers['rgb'])))
    assert isinstance(model, LateFusionRecognizer)
    assert same(snapshot(model.encoders['rgb']), teachers_of(model)['rgb'])
