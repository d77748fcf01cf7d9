"""Accuracies of single-label scores, without a host synchronization.

N samples, K classes. Tensors in, tensors out, on the device of the scores.
"""

import torch
from torch import Tensor


def label_ranks(scores: Tensor, labels: Tensor) -> Tensor:
    """Rank each sample's label among its scores; 0 is the best place.

    Equal scores count in the order of their classes, as ``argmax`` has it, so that
    constant scores earn nothing. NaN counts as higher than every number, so that it
    never makes a hit.

    Args:
        scores (Tensor): Scores of any monotone kind, of shape (N, K).
        labels (Tensor): Class indices in [0, K), of shape (N,).

    Returns:
        Tensor: Ranks of shape (N,), int64.

    Raises:
        ValueError: If the shapes do not fit or there is no sample.
    """
    _check_shapes(scores, labels)
    labels = labels.long().unsqueeze(1)
    own = scores.gather(1, labels)
    classes = torch.arange(scores.shape[1], device=scores.device)
    ahead = ~(scores <= own) | ((scores == own) & (classes < labels))
    return ahead.sum(dim=1)


def top_k_accuracy(scores: Tensor, labels: Tensor, k: int) -> Tensor:
    """Share of samples whose label is among the k highest scores.

    Args:
        scores (Tensor): Scores of shape (N, K).
        labels (Tensor): Class indices of shape (N,).
        k (int): Places that count; clipped to K.

    Returns:
        Tensor: A scalar in [0, 1], float32.
    """
    if k < 1:
        raise ValueError(f'k must be at least 1, but got {k}')
    hits = label_ranks(scores, labels) < min(k, scores.shape[1])
    return hits.float().mean()


def mean_class_accuracy(scores: Tensor, labels: Tensor) -> Tensor:
    """Mean of the classes' top-1 accuracies.

    As in MMAction2, the mean is over the classes that occur among labels or
    predictions; one that is only predicted counts as 0.

    Args:
        scores (Tensor): Scores of shape (N, K).
        labels (Tensor): Class indices of shape (N,).

    Returns:
        Tensor: A scalar in [0, 1], float32.
    """
    _check_shapes(scores, labels)
    return mean_class_accuracy_of_predictions(
        scores.argmax(dim=1), labels, scores.shape[1]
    )


def mean_class_accuracy_of_predictions(
    predictions: Tensor, labels: Tensor, num_classes: int
) -> Tensor:
    """:func:`mean_class_accuracy` where only predicted classes are at hand.

    Args:
        predictions (Tensor): Predicted class indices of shape (N,).
        labels (Tensor): Class indices of shape (N,).
        num_classes (int): The number of classes K.

    Returns:
        Tensor: A scalar in [0, 1], float32.
    """
    labels = labels.long()
    zeros = labels.new_zeros(num_classes)
    ones = torch.ones_like(labels)
    hits = zeros.scatter_add(0, labels, (predictions == labels).long())
    counts = zeros.scatter_add(0, labels, ones)
    occurs = (counts + zeros.scatter_add(0, predictions, ones)) > 0
    return (hits / counts.clamp(min=1)).sum() / occurs.sum()


def _check_shapes(scores: Tensor, labels: Tensor) -> None:
    if scores.ndim != 2 or labels.shape != scores.shape[:1]:
        raise ValueError(
            'scores must have the shape (N, K) and labels (N,), but got '
            f'{tuple(scores.shape)} and {tuple(labels.shape)}'
        )
    if scores.shape[0] == 0:
        raise ValueError('the accuracy of no samples is not defined, but N is 0')
