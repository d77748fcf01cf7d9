"""The distillation loss, by hand and against the official numbers."""

from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from mm_laziness.models.losses import FeatureDistillationLoss

GOLDEN = np.load(
    Path(__file__).parents[2] / 'golden' / 'umt_distill.npz', allow_pickle=False
)


def golden(name):
    return torch.from_numpy(GOLDEN[name])


def test_value_by_hand():
    student = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    teacher = torch.tensor([[1.0, 0.0], [3.0, 0.0]])
    # Squares: 0, 4, 0, 16; their mean is 5.
    assert FeatureDistillationLoss(loss_weight=2.0)(student, teacher) == 10.0


@pytest.mark.parametrize('index, weight', [(0, 0.0), (1, 10.0), (2, 50.0)])
def test_official_loss_and_gradients(index, weight):
    assert GOLDEN['distill_weights'][index] == weight
    feats = {m: golden(f'student_feat_{m}').requires_grad_() for m in 'av'}
    teachers = {m: golden(f'teacher_feat_{m}') for m in 'av'}
    loss = FeatureDistillationLoss(weight)
    fused = torch.cat([feats['a'], feats['v']], dim=1)
    scores = F.linear(fused, golden('head_weight'), golden('head_bias'))
    terms = {m: loss(feats[m], teachers[m]) for m in 'av'}
    for m in 'av':
        expected = weight * golden(f'mse_{m}')
        torch.testing.assert_close(terms[m], expected, rtol=1e-4, atol=1e-6)
    total = F.cross_entropy(scores, golden('labels')) + sum(terms.values())
    expected = golden('total_loss')[index]
    torch.testing.assert_close(total, expected, rtol=1e-4, atol=1e-6)
    total.backward()
    if weight:
        for m in 'av':
            expected = golden(f'grad_student_feat_{m}__w{int(weight)}')
            torch.testing.assert_close(feats[m].grad, expected, rtol=1e-3, atol=1e-6)


def test_teacher_gets_no_gradient():
    student, teacher = (torch.randn(3, 4, requires_grad=True) for _ in range(2))
    FeatureDistillationLoss()(student, teacher).backward()
    assert student.grad.abs().sum() > 0
    assert teacher.grad is None


def test_half_precision_does_not_overflow():
    student = torch.full((2, 2), 300.0, dtype=torch.float16)
    value = FeatureDistillationLoss(1.0)(student, torch.zeros(2, 2))
    assert value == 90000.0 and value.dtype == torch.float32


def test_shapes_must_agree():
    with pytest.raises(ValueError, match=r'\(2, 3\) and \(2, 4\).*same backbone'):
        FeatureDistillationLoss()(torch.zeros(2, 3), torch.zeros(2, 4))


def test_negative_weight():
    with pytest.raises(ValueError, match='must not be negative'):
        FeatureDistillationLoss(-1.0)
