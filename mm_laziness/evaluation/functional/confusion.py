"""Which classes are taken for which."""

import torch
from torch import Tensor


def confusion_matrix(scores: Tensor, labels: Tensor) -> Tensor:
    """Count what each class is taken for.

    Args:
        scores (Tensor): Scores (N, K).
        labels (Tensor): Class indices in [0, K), of shape (N,).

    Returns:
        Tensor: Counts (K, K), int64: a row per true class, a column per predicted one.

    Raises:
        ValueError: If the shapes do not fit or a label is no class.
    """
    if scores.ndim != 2 or labels.shape != scores.shape[:1]:
        raise ValueError(
            'scores must have the shape (N, K) and labels (N,), but got '
            f'{tuple(scores.shape)} and {tuple(labels.shape)}'
        )
    num, labels = scores.shape[1], labels.long()
    if labels.numel() and not 0 <= int(labels.min()) <= int(labels.max()) < num:
        raise ValueError(
            f'labels must lie in [0, {num}), the classes of the scores, but range from '
            f'{int(labels.min())} to {int(labels.max())}'
        )
    pairs = labels * num + scores.argmax(dim=1)
    return torch.bincount(pairs, minlength=num * num).view(num, num)


def most_confused(matrix: Tensor, top: int = 10) -> list[tuple[int, int, int]]:
    """The most frequent mistakes.

    Args:
        matrix (Tensor): Counts (K, K), rows are the truth.
        top (int): How many, at most.

    Returns:
        list[tuple[int, int, int]]: True class, predicted class and count, most first;
        ties in the order of the classes. Pairs that never occur are left out.
    """
    wrong = matrix.clone().fill_diagonal_(0).flatten()
    order = wrong.argsort(descending=True, stable=True)[: max(top, 0)].tolist()
    num = matrix.shape[1]
    return [(i // num, i % num, int(wrong[i])) for i in order if wrong[i] > 0]
