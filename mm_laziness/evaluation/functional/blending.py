"""Loss weights of Gradient Blending."""

from collections.abc import Sequence

import torch
from torch import Tensor

# So that a classifier whose overfitting did not change gets a finite weight.
_EPSILON = 1e-16


def overfitting_to_generalization_weights(
    train_before: Sequence[float] | Tensor,
    train_after: Sequence[float] | Tensor,
    val_before: Sequence[float] | Tensor,
    val_after: Sequence[float] | Tensor,
) -> Tensor:
    r"""Weigh classifiers by what they gained against how much they overfit.

    .. math:: w_k \propto \max(\Delta G_k, 0) / (\Delta O_k^2 + 10^{-16})

    with the gain :math:`\Delta G = L^V_{before} - L^V_{after}` and the growth
    :math:`\Delta O` of the overfitting :math:`O = L^V - L^T`. Source: Wang et al., CVPR
    2020. The paper leaves open what a negative gain means; here it weighs nothing, and
    if no classifier gained, all weigh the same.

    Args:
        train_before (Sequence[float] | Tensor): Mean training loss of each of the M + 1
            classifiers, the modalities' and then the joint one, before training it
            alone.
        train_after (Sequence[float] | Tensor): The same, after training it.
        val_before (Sequence[float] | Tensor): Mean loss on held-out data, before.
        val_after (Sequence[float] | Tensor): The same, after.

    Returns:
        Tensor: Weights (M + 1,) in float64, at least 0, of sum 1, on the CPU.

    Raises:
        ValueError: If the shapes differ or are not (M + 1,), or a loss is not finite.
    """
    losses = dict(
        train_before=train_before,
        train_after=train_after,
        val_before=val_before,
        val_after=val_after,
    )
    # On the CPU, because some accelerators have no float64.
    curves = {
        name: torch.as_tensor(values, dtype=torch.float64, device='cpu').detach()
        for name, values in losses.items()
    }
    _check(curves)
    gain = (curves['val_before'] - curves['val_after']).clamp(min=0)
    before = curves['val_before'] - curves['train_before']
    growth = curves['val_after'] - curves['train_after'] - before
    weights = gain / (growth.square() + _EPSILON)
    if not weights.any():
        weights = torch.ones_like(weights)
    return weights / weights.sum()


def _check(curves: dict[str, Tensor]) -> None:
    shapes = {name: tuple(values.shape) for name, values in curves.items()}
    first = next(iter(shapes.values()))
    if set(shapes.values()) != {first} or len(first) != 1 or first == (0,):
        raise ValueError(
            'the losses need one value per classifier, all of one shape (M + 1,), but '
            f'got {shapes}'
        )
    for name, values in curves.items():
        if not values.isfinite().all():
            raise ValueError(
                f'{name} must be finite, but got {values.tolist()}; if a training '
                'diverged, lower the learning rate or clip gradients'
            )
