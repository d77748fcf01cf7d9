import pytest
import torch
from sklearn.metrics import confusion_matrix as reference

from mm_laziness.evaluation.functional import confusion_matrix
from mm_laziness.evaluation.functional.confusion import most_confused


def test_value_by_hand():
    scores = torch.eye(3)[[0, 1, 1, 0]]
    labels = torch.tensor([0, 0, 1, 2])
    matrix = confusion_matrix(scores, labels)
    assert matrix.tolist() == [[1, 1, 0], [0, 1, 0], [1, 0, 0]]
    assert most_confused(matrix) == [(0, 1, 1), (2, 0, 1)]
    assert most_confused(matrix, top=1) == [(0, 1, 1)]


def test_against_sklearn():
    generator = torch.Generator().manual_seed(0)
    scores = torch.randn(300, 7, generator=generator)
    labels = torch.randint(7, (300,), generator=generator)
    expected = reference(labels, scores.argmax(dim=1), labels=range(7))
    matrix = confusion_matrix(scores, labels)
    assert matrix.tolist() == expected.tolist()
    pairs = [(i, j, int(expected[i][j])) for i in range(7) for j in range(7) if i != j]
    assert most_confused(matrix, 5) == sorted(pairs, key=lambda pair: -pair[2])[:5]
    # The matrix itself is left as it is.
    assert int(matrix.diagonal().sum()) > 0


def test_degenerate_input():
    assert confusion_matrix(torch.zeros(1, 1), torch.tensor([0])).tolist() == [[1]]
    empty = confusion_matrix(torch.zeros(0, 2), torch.zeros(0))
    assert empty.tolist() == [[0, 0], [0, 0]] and most_confused(empty) == []
    with pytest.raises(ValueError, match=r'lie in \[0, 2\).*range from 0 to 2'):
        confusion_matrix(torch.zeros(2, 2), torch.tensor([0, 2]))
    with pytest.raises(ValueError, match=r'\(2, 2\) and \(3,\)'):
        confusion_matrix(torch.zeros(2, 2), torch.zeros(3))
