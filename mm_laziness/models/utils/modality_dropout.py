"""Drop one modality in a training step."""

import torch
import torch.nn as nn
from torch import Tensor


class ModalityDropout(nn.Module):
    """With probability p, set the features of one modality, drawn evenly, to zero.

    One draw per step, for the whole batch of a process; nothing is rescaled. Source: Du
    et al., ICML 2023, App. A.5, akin to ModDrop (Neverova et al., 2015); the paper does
    not give p.

    Args:
        p (float): The probability, in [0, 1].

    Raises:
        ValueError: If ``p`` is not in [0, 1].
    """

    def __init__(self, p: float) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError(f'modality_dropout must be in [0, 1], but got {p}')
        self.p = p

    def forward(self, feats: dict[str, Tensor]) -> dict[str, Tensor]:
        """Drop in training mode; shapes (N, C_m) stay."""
        if not self.training or self.p == 0:
            return feats
        # Drawn on the features' device, so that the host does not wait.
        device = next(iter(feats.values())).device
        drops = torch.rand((), device=device) < self.p
        which = torch.randint(len(feats), (), device=device)
        return {
            name: feat.masked_fill(drops & (which == index), 0)
            for index, (name, feat) in enumerate(feats.items())
        }
