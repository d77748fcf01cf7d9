"""Attention among the modalities, then a linear classifier."""

from typing import Any

import torch
import torch.nn as nn
from mmaction.registry import MODELS
from torch import Tensor

from .fusion_head import FusionHead


@MODELS.register_module()
class AttentionFusionHead(FusionHead):
    r"""Attention without parameters over the modalities' features, then linear.

    .. math:: A = softmax(F F^T / \sqrt{C}) F, \quad F \in R^{M \times C}

    The M rows of A are concatenated and classified. Source: "Atten-Head" of Du et al.,
    ICML 2023, Table 11, which names the parts ("without new parameters") but gives no
    formula.

    Args:
        num_classes (int): Number of classes K.
        in_channels (dict[str, int]): Feature width by modality, the same C for all.
        **kwargs: As in :class:`FusionHead`.

    Raises:
        ValueError: If the widths differ.
    """

    def __init__(
        self, num_classes: int, in_channels: dict[str, int], **kwargs: Any
    ) -> None:
        super().__init__(num_classes, in_channels, **kwargs)
        if len(set(in_channels.values())) > 1:
            raise ValueError(
                'attention needs features of one width, but in_channels is '
                f'{dict(in_channels)}; choose encoders of equal width (base_channels)'
            )
        self.fc_cls = nn.Linear(sum(in_channels.values()), num_classes)

    def fuse(self, feats: dict[str, Tensor]) -> Tensor:
        """Scores (N, K) of the features after attention."""
        tokens = torch.stack(list(feats.values()), dim=1)  # (N, M, C)
        # Inner products of half-precision features overflow.
        with torch.autocast(tokens.device.type, enabled=False):
            tokens = tokens.float()
            affinity = tokens @ tokens.transpose(1, 2) / tokens.shape[-1] ** 0.5
            attended = affinity.softmax(dim=-1) @ tokens
        return self.fc_cls(attended.flatten(1).to(self.fc_cls.weight.dtype))
