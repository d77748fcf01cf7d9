"""A linear classifier trained on frozen features.

N samples, C channels, K classes.
"""

from math import ceil

import torch
import torch.nn.functional as F
from torch import Tensor, nn

# Rows handled at once outside of training, which bounds the memory.
_CHUNK = 8192


def fit_linear_classifier(
    feats: Tensor,
    labels: Tensor,
    *,
    num_classes: int | None = None,
    epochs: int | None = None,
    lr: float = 0.01,
    weight_decay: float | None = None,
    batch_size: int | None = None,
    seed: int = 0,
    device: torch.device | str | None = None,
) -> nn.Linear:
    r"""Train a linear classifier on frozen features.

    On features standardized by their own mean and spread it minimizes

    .. math:: \mathrm{CE} + \tfrac{\lambda}{2} \lVert W \rVert^2

    with Adam and a cosine schedule. The objective is convex and the start is zero, so
    that the seed, which only orders the batches, hardly matters. The standardization
    is folded into the result, which takes raw features. Global random states are
    neither read nor changed.

    Args:
        feats (Tensor): Features (N, C), of any float type and on any device; batches
            are moved one at a time.
        labels (Tensor): Class indices (N,).
        num_classes (int, optional): K. Defaults to the largest label plus one.
        epochs (int, optional): Defaults to what makes 1000 steps, at least 20.
        lr (float): The first learning rate. Defaults to 0.01.
        weight_decay (float, optional): The factor :math:`\lambda`. Defaults to 10 / N,
            scikit-learn's ``LogisticRegression(C=0.1)``.
        batch_size (int, optional): Defaults to N / 8, between 64 and 1024.
        seed (int): Seed of the order of the samples. Defaults to 0.
        device (torch.device or str, optional): Where to train. Defaults to the
            features' device.

    Returns:
        nn.Linear: The frozen classifier from raw features to logits, float32, on
        ``device``.

    Raises:
        ValueError: If shapes or labels do not fit, or features are not finite.
    """
    check_samples(feats, labels, num_classes, 'training')
    num_classes = num_classes or int(labels.max()) + 1
    device = torch.device(device or feats.device)
    num = len(feats)
    batch_size = batch_size or min(1024, max(64, num // 8))
    steps = ceil(num / batch_size)
    epochs = epochs or max(20, ceil(1000 / steps))
    decay = 10 / num if weight_decay is None else weight_decay
    mean, inverse_std = _standardization(feats)
    center, scale = mean.float().to(device), inverse_std.float().to(device)
    generator = torch.Generator().manual_seed(seed)
    # A caller may be inside no_grad or inference_mode, as test loops are.
    with torch.inference_mode(False), torch.enable_grad():
        weight = torch.zeros(num_classes, feats.shape[1], device=device)
        bias = torch.zeros(num_classes, device=device)
        weight.requires_grad_()
        bias.requires_grad_()
        # Adam's coupled decay keeps the minimum of the objective above; AdamW's
        # decoupled one would make it depend on the learning rate.
        optimizer = torch.optim.Adam(
            [
                dict(params=[weight], weight_decay=decay),
                dict(params=[bias], weight_decay=0.0),
            ],
            lr=lr,
        )
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs * steps)
        for _ in range(epochs):
            order = torch.randperm(num, generator=generator)
            for batch in order.to(feats.device).split(batch_size):
                x = feats[batch].to(device).float().sub(center).mul(scale)
                y = labels[batch.to(labels.device)].to(device).long()
                loss = F.cross_entropy(F.linear(x, weight, bias), y)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                schedule.step()
    return _fold(weight.detach(), bias.detach(), mean, inverse_std)


def linear_scores(classifier: nn.Linear, feats: Tensor) -> Tensor:
    """Apply a classifier to many features, a chunk at a time.

    Args:
        classifier (nn.Linear): What :func:`fit_linear_classifier` returns.
        feats (Tensor): Features (N, C).

    Returns:
        Tensor: Logits (N, K) on the features' device, without gradient.
    """
    device = classifier.weight.device
    with torch.no_grad():
        return torch.cat(
            [
                classifier(chunk.to(device).float()).to(feats.device)
                for chunk in feats.split(_CHUNK)
            ]
        )


def check_samples(
    feats: Tensor,
    labels: Tensor,
    num_classes: int | None,
    split: str,
    kind: str = 'features',
) -> None:
    """Check features and labels before anything is computed with them.

    Args:
        feats (Tensor): Features (N, C).
        labels (Tensor): Class indices (N,).
        num_classes (int, optional): K, if it is known.
        split (str): Which samples they are, for the error's text.
        kind (str): What is called features here, for the error's text.

    Raises:
        ValueError: If there is no sample, shapes or labels do not fit, or features are
            not finite.
    """
    if feats.ndim != 2 or labels.shape != feats.shape[:1] or feats.numel() == 0:
        raise ValueError(
            f'{split} {kind} must have the shape (N, C), their labels (N,), and N '
            'and C must be at least 1, but got '
            f'{tuple(feats.shape)} and {tuple(labels.shape)}'
        )
    if labels.is_floating_point():
        raise ValueError(
            f'{split} labels must be class indices, one integer per sample, '
            f'but are {labels.dtype}'
        )
    low, high = int(labels.min()), int(labels.max())
    if low < 0 or (num_classes is not None and high >= num_classes):
        expected = 'at least 0' if num_classes is None else f'in [0, {num_classes})'
        raise ValueError(
            f'{split} labels must be {expected}, but range from {low} to {high}'
        )
    bad = sum(
        int((~chunk.isfinite()).any(dim=1).sum()) for chunk in feats.split(_CHUNK)
    )
    if bad:
        raise ValueError(
            f'{split} {kind} contain NaN or Inf in {bad} of {len(feats)} samples; '
            'the model may have diverged, or its input is broken'
        )


def _standardization(feats: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and inverse standard deviation (C,), float64; 0 for constant features."""
    chunks = feats.split(_CHUNK)
    num = len(feats)
    mean = torch.stack([c.double().sum(dim=0) for c in chunks]).sum(dim=0) / num
    squares = [(c.double() - mean).square().sum(dim=0) for c in chunks]
    std = (torch.stack(squares).sum(dim=0) / num).sqrt()
    # What rounding leaves of a constant must not be blown up to unit variance.
    varies = std > 1e-6 * mean.abs()
    return mean, torch.where(varies, 1 / std, torch.zeros_like(std))


def _fold(weight: Tensor, bias: Tensor, mean: Tensor, inverse_std: Tensor) -> nn.Linear:
    """Make a layer for raw features of one for standardized features."""
    # The usual constructor would draw an initialization from the global generator.
    layer = nn.utils.skip_init(
        nn.Linear, weight.shape[1], weight.shape[0], device=weight.device
    )
    raw = weight.to(mean) * inverse_std
    with torch.no_grad():
        layer.weight.copy_(raw)
        layer.bias.copy_(bias.to(mean) - raw @ mean)
    return layer.requires_grad_(False)
