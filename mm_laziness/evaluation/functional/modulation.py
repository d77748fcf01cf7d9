"""How far each modality is ahead in a batch, and how much to slow it down (OGM).

N samples, K classes, M modalities. Nothing here waits for the device or is
differentiated.
"""

from collections.abc import Mapping

import torch
from torch import Tensor


def modulation_coefficients(
    scores: Mapping[str, Tensor], labels: Tensor, alpha: float
) -> dict[str, Tensor]:
    """Factors for the gradients of the encoders, by On-the-fly Gradient Modulation.

    Source: Peng et al., CVPR 2022, Eq. 10. See :func:`coefficients_from_sums`.

    Args:
        scores (Mapping[str, Tensor]): Logits (N, K) of each modality, such as
            ``split_scores`` of a fusion head gives.
        labels (Tensor): Class indices (N,).
        alpha (float): Strength of the modulation, above 0.

    Returns:
        dict[str, Tensor]: A scalar in [0, 1] per modality; 1 leaves it alone.

    Raises:
        ValueError: If there are fewer than two modalities, shapes disagree, or alpha
            is not positive.
    """
    _, coefficients = coefficients_from_sums(confidence_sums(scores, labels), alpha)
    return dict(zip(scores, coefficients.unbind(), strict=True))


@torch.no_grad()
def confidence_sums(scores: Mapping[str, Tensor], labels: Tensor) -> Tensor:
    """Sum over the batch of each modality's probability of the right class.

    Sums of micro-batches, or of several processes, add up to those of the whole batch.

    Args:
        scores (Mapping[str, Tensor]): Logits (N, K) of each modality.
        labels (Tensor): Class indices (N,).

    Returns:
        Tensor: Of shape (M,) in the order of ``scores``; float64 for such scores, else
        float32.

    Raises:
        ValueError: If the shapes disagree.
    """
    shapes = {name: tuple(logits.shape) for name, logits in scores.items()}
    first = next(iter(shapes.values()), ())
    if (
        len(set(shapes.values())) != 1
        or len(first) != 2
        or tuple(labels.shape) != first[:1]
    ):
        raise ValueError(
            'each modality needs scores (N, K) and all share labels (N,), but got '
            f'{shapes} and {tuple(labels.shape)}'
        )
    logits = torch.stack(list(scores.values()))  # (M, N, K)
    logits = logits.to(torch.promote_types(logits.dtype, torch.float32))
    index = labels.long().expand(len(logits), -1).unsqueeze(-1)
    return logits.log_softmax(dim=-1).gather(-1, index).squeeze(-1).exp().sum(dim=1)


@torch.no_grad()
def coefficients_from_sums(sums: Tensor, alpha: float) -> tuple[Tensor, Tensor]:
    r"""Ratios and coefficients of :func:`confidence_sums`.

    .. math::
        \rho_m = \frac{s_m}{mean_{o \ne m} s_o}, \quad
        k_m = 1 - tanh(\alpha \rho_m) \text{ if } \rho_m > 1 \text{ else } 1

    Equal sums have the ratio 1, also if all are 0.

    Args:
        sums (Tensor): Of shape (M,).
        alpha (float): Strength of the modulation, above 0.

    Returns:
        tuple[Tensor, Tensor]: Ratios and coefficients, both of shape (M,).

    Raises:
        ValueError: If M is below 2, or alpha is not positive.
    """
    if sums.ndim != 1 or len(sums) < 2:
        raise ValueError(
            'a ratio needs the sums of two or more modalities, of shape (M,), but got '
            f'the shape {tuple(sums.shape)}'
        )
    if not alpha > 0:
        raise ValueError(f'alpha is {alpha}; set alpha > 0, e.g. 0.1-0.8')
    own = torch.eye(len(sums), dtype=torch.bool, device=sums.device)
    others = sums.expand(len(sums), -1).masked_fill(own, 0).sum(1) / (len(sums) - 1)
    # Rounding must not put one of equal modalities ahead: its coefficient would jump.
    lead = (sums.unsqueeze(1) - sums).sum(dim=1)
    ratios = torch.where(lead == 0, torch.ones_like(sums), sums / others)
    coefficients = torch.where(ratios > 1, 1 - (alpha * ratios).tanh(), 1.0)
    return ratios, coefficients
