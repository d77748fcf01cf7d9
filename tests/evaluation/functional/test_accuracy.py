import pytest
import torch
from mmaction.evaluation import mean_class_accuracy as stock_mean_class_accuracy
from mmaction.evaluation import top_k_accuracy as stock_top_k_accuracy

from mm_laziness.evaluation.functional import (
    label_ranks,
    mean_class_accuracy,
    top_k_accuracy,
)

SCORES = torch.tensor(
    [[0.1, 0.7, 0.2], [0.5, 0.2, 0.3], [0.4, 0.5, 0.1], [0.2, 0.3, 0.5]]
)
LABELS = torch.tensor([1, 2, 0, 2])


def test_values_by_hand():
    # The labels are 1st, 2nd, 2nd and 1st of their rows.
    assert label_ranks(SCORES, LABELS).tolist() == [0, 1, 1, 0]
    assert top_k_accuracy(SCORES, LABELS, 1) == 0.5
    assert top_k_accuracy(SCORES, LABELS, 2) == 1.0
    # Class 0: 0 of 1; class 1: 1 of 1; class 2: 1 of 2.
    assert mean_class_accuracy(SCORES, LABELS) == 0.5


def test_equals_mmaction2():
    generator = torch.Generator().manual_seed(0)
    scores = torch.randn(200, 13, generator=generator)
    # Classes 9 to 12 are predicted, but never a label.
    labels = torch.randint(9, (200,), generator=generator)
    stock = list(scores.numpy()), labels.tolist()
    for k in (1, 3, 5, 13):
        expected = stock_top_k_accuracy(*stock, topk=(k,))[0]
        assert top_k_accuracy(scores, labels, k).item() == pytest.approx(expected)
    expected = stock_mean_class_accuracy(*stock)
    assert mean_class_accuracy(scores, labels).item() == pytest.approx(expected)


def test_constant_scores_earn_what_argmax_does():
    scores = torch.zeros(4, 3)
    assert top_k_accuracy(scores, torch.tensor([0, 1, 2, 2]), 1) == 0.25
    assert top_k_accuracy(scores, torch.tensor([0, 1, 2, 2]), 2) == 0.5


@pytest.mark.parametrize('column', [0, 1, None])
def test_nan_is_no_hit(column):
    scores = torch.tensor([[1.0, 3.0]])
    scores[:, slice(None) if column is None else column] = float('nan')
    # The label's own score, the other's, or both.
    assert top_k_accuracy(scores, torch.tensor([1]), 1) == 0


def test_k_is_clipped_and_one_sample_of_one_class_works():
    scores, labels = torch.ones(1, 1), torch.tensor([0])
    assert top_k_accuracy(scores, labels, 5) == 1
    assert mean_class_accuracy(scores, labels) == 1


def test_errors():
    with pytest.raises(ValueError, match=r'\(4, 3\) and \(3,\)'):
        top_k_accuracy(SCORES, LABELS[:3], 1)
    with pytest.raises(ValueError, match='no samples'):
        mean_class_accuracy(SCORES[:0], LABELS[:0])
    with pytest.raises(ValueError, match='k must be at least 1, but got 0'):
        top_k_accuracy(SCORES, LABELS, 0)
