"""A linear classifier on the concatenated features."""

from typing import Any

import torch
import torch.nn as nn
import torch.nn.functional as F
from mmaction.registry import MODELS
from torch import Tensor

from .fusion_head import FusionHead


@MODELS.register_module()
class LinearFusionHead(FusionHead):
    """Concatenate and classify linearly: the head of naive late fusion, UMT and MM Clf.

    With one modality it is a uni-modal model's linear classifier. Source: Du et al.,
    ICML 2023, Sec. 3.2; the split is that of OGM-GE (Peng et al., CVPR 2022).

    Args:
        num_classes (int): Number of classes K.
        in_channels (dict[str, int]): Feature width C_m by modality, in order.
        **kwargs: As in :class:`FusionHead`.
    """

    def __init__(
        self, num_classes: int, in_channels: dict[str, int], **kwargs: Any
    ) -> None:
        super().__init__(num_classes, in_channels, **kwargs)
        self.fc_cls = nn.Linear(sum(in_channels.values()), num_classes)

    def fuse(self, feats: dict[str, Tensor]) -> Tensor:
        """Scores (N, K) of the concatenated features."""
        return self.fc_cls(torch.cat(list(feats.values()), dim=1))

    def split_scores(self, feats: dict[str, Tensor]) -> dict[str, Tensor]:
        """``W_m f_m + b / M``, of shapes (N, K); the splits sum to the fused scores."""
        weights = self.fc_cls.weight.split(list(self.in_channels.values()), dim=1)
        bias = self.fc_cls.bias / len(self.in_channels)
        return {
            name: F.linear(feats[name], weight, bias)
            for name, weight in zip(self.in_channels, weights, strict=True)
        }
