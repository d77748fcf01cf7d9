"""The distillation loss on labels, by hand and against a slow reference."""

import math

import pytest
import torch

from mm_laziness.models import LabelDistillationLoss


def reference(student, teacher, tau):
    """In plain Python: the mean over rows of a Kullback-Leibler divergence."""

    def probabilities(row):
        powers = [math.exp(value / tau) for value in row]
        return [power / sum(powers) for power in powers]

    total = 0.0
    for own, target in zip(student.tolist(), teacher.tolist(), strict=True):
        for p, q in zip(probabilities(target), probabilities(own), strict=True):
            total += p * math.log(p / q)
    return tau**2 * total / len(student)


def test_value_by_hand():
    # Teacher: 3/4 and 1/4; student: 1/2 each.
    teacher = torch.tensor([[math.log(3.0), 0.0]])
    expected = 0.75 * math.log(1.5) + 0.25 * math.log(0.5)
    value = LabelDistillationLoss(loss_weight=2.0)(torch.zeros(1, 2), teacher)
    assert value.item() == pytest.approx(2 * expected)
    # The same probabilities at another temperature.
    value = LabelDistillationLoss(tau=2.0)(torch.zeros(1, 2), 2 * teacher)
    assert value.item() == pytest.approx(4 * expected)


@pytest.mark.parametrize('tau', [0.5, 1.0, 4.0])
def test_slow_reference(tau):
    generator = torch.Generator().manual_seed(0)
    student, teacher = (3 * torch.randn(5, 7, generator=generator) for _ in 'st')
    value = LabelDistillationLoss(tau)(student, teacher)
    assert value.item() == pytest.approx(reference(student, teacher, tau), rel=1e-4)


def test_gradient_pulls_towards_the_teacher():
    student, teacher = (torch.randn(3, 4, requires_grad=True) for _ in range(2))
    LabelDistillationLoss(tau=2.0)(student, teacher).backward()
    # Of a cross-entropy with soft labels, times tau^2 / tau.
    difference = (student / 2).softmax(1) - (teacher / 2).softmax(1)
    torch.testing.assert_close(student.grad, (2 * difference / 3).detach())
    assert teacher.grad is None


def test_equal_predictions_cost_nothing():
    student = torch.randn(3, 4, requires_grad=True)
    value = LabelDistillationLoss()(student, student.detach() + 5.0)
    assert value.item() == pytest.approx(0.0, abs=1e-6)
    value.backward()
    assert student.grad.abs().max() < 1e-6


@pytest.mark.parametrize('size', [1e4, 1e30])
def test_large_logits(size):
    student = torch.tensor([[size, 0.0, 0.0]], requires_grad=True)
    value = LabelDistillationLoss()(student, torch.tensor([[0.0, size, 0.0]]))
    assert value == size
    value.backward()
    torch.testing.assert_close(student.grad, torch.tensor([[1.0, -1.0, 0.0]]))


def test_half_precision_is_computed_in_float32():
    student = torch.tensor([[1000.0, 0.0]], dtype=torch.float16)
    value = LabelDistillationLoss(loss_weight=100.0)(student, torch.tensor([[0, 1e3]]))
    assert value == 1e5 and value.dtype == torch.float32
    with torch.autocast('cpu', torch.bfloat16):
        value = LabelDistillationLoss()(student.bfloat16(), student)
    assert value == 0 and value.dtype == torch.float32


def test_one_class_and_one_sample():
    assert LabelDistillationLoss()(torch.ones(4, 1), torch.zeros(4, 1)) == 0
    student, teacher = torch.tensor([[0.0, 1.0]]), torch.tensor([[1.0, 0.0]])
    one = LabelDistillationLoss()(student, teacher)
    many = LabelDistillationLoss()(student.repeat(9, 1), teacher.repeat(9, 1))
    torch.testing.assert_close(one, many)


def test_shapes_must_agree():
    with pytest.raises(ValueError, match=r'\(2, 3\) and \(2, 4\).*same classes'):
        LabelDistillationLoss()(torch.zeros(2, 3), torch.zeros(2, 4))


@pytest.mark.parametrize('tau', [0.0, -1.0, float('nan')])
def test_temperature_is_positive(tau):
    with pytest.raises(ValueError, match=f'tau must be positive, but got {tau}'):
        LabelDistillationLoss(tau)


def test_negative_weight():
    with pytest.raises(ValueError, match='must not be negative, but got -1'):
        LabelDistillationLoss(loss_weight=-1.0)
