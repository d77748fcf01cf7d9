"""How good are features? The accuracy of a linear classifier trained on them.

N samples, C channels, K classes.
"""

import torch
from torch import Tensor

from .accuracy import mean_class_accuracy, top_k_accuracy
from .linear_classifier import check_samples, fit_linear_classifier, linear_scores


def linear_probe(
    train_feats: Tensor,
    train_labels: Tensor,
    test_feats: Tensor,
    test_labels: Tensor,
    *,
    num_classes: int | None = None,
    epochs: int | None = None,
    lr: float = 0.01,
    weight_decay: float | None = None,
    batch_size: int | None = None,
    seed: int = 0,
    device: torch.device | str | None = None,
) -> dict:
    """Measure frozen features by a linear classifier trained on them.

    Args:
        train_feats (Tensor): Features (N, C) to train the classifier on.
        train_labels (Tensor): Their class indices (N,).
        test_feats (Tensor): Features (N', C) to test it on.
        test_labels (Tensor): Their class indices (N',).
        num_classes (int, optional): K. Defaults to the largest label of both plus one.
        epochs (int, optional): See :func:`fit_linear_classifier`, as for all below.
        lr (float): The first learning rate.
        weight_decay (float, optional): Factor of the penalty.
        batch_size (int, optional): Samples in a step.
        seed (int): Seed of the order of the samples.
        device (torch.device or str, optional): Where to train.

    Returns:
        dict: ``top1``, ``top5`` and ``mean1``, fractions in [0, 1], and ``scores``,
        the test logits (N', K).

    Raises:
        ValueError: If shapes or labels do not fit, or features are not finite.
    """
    check_samples(test_feats, test_labels, num_classes, 'test')
    if train_feats.shape[1:] != test_feats.shape[1:]:
        raise ValueError(
            'training and test features must come from one encoder, but have '
            f'the shapes {tuple(train_feats.shape)} and {tuple(test_feats.shape)}'
        )
    if num_classes is None:
        check_samples(train_feats, train_labels, None, 'training')
        num_classes = 1 + max(int(train_labels.max()), int(test_labels.max()))
    classifier = fit_linear_classifier(
        train_feats,
        train_labels,
        num_classes=num_classes,
        epochs=epochs,
        lr=lr,
        weight_decay=weight_decay,
        batch_size=batch_size,
        seed=seed,
        device=device,
    )
    scores = linear_scores(classifier, test_feats)
    labels = test_labels.to(scores.device)
    return dict(
        top1=float(top_k_accuracy(scores, labels, 1)),
        top5=float(top_k_accuracy(scores, labels, 5)),
        mean1=float(mean_class_accuracy(scores, labels)),
        scores=scores,
    )
