"""A two-layer classifier on the concatenated features."""

from typing import Any

import torch
import torch.nn as nn
from mmaction.registry import MODELS
from torch import Tensor

from .fusion_head import FusionHead


@MODELS.register_module()
class MLPFusionHead(FusionHead):
    """Concatenate, then linear, ReLU, linear.

    Source: "MLP-Head" of Du et al., ICML 2023, Table 11, where both widths are 1024.

    Args:
        num_classes (int): Number of classes K.
        in_channels (dict[str, int]): Feature width C_m by modality, in order.
        hidden_channels (int): Width of the hidden layer. Defaults to 1024.
        **kwargs: As in :class:`FusionHead`.

    Raises:
        ValueError: If ``hidden_channels`` is not positive.
    """

    def __init__(
        self,
        num_classes: int,
        in_channels: dict[str, int],
        hidden_channels: int = 1024,
        **kwargs: Any,
    ) -> None:
        super().__init__(num_classes, in_channels, **kwargs)
        if hidden_channels < 1:
            raise ValueError(
                f'hidden_channels must be at least 1, but got {hidden_channels}'
            )
        self.fc_hidden = nn.Linear(sum(in_channels.values()), hidden_channels)
        self.fc_cls = nn.Linear(hidden_channels, num_classes)

    def draw_weights(self) -> None:
        """Draw the hidden layer for its ReLU (He et al., ICCV 2015)."""
        super().draw_weights()
        nn.init.kaiming_normal_(self.fc_hidden.weight, nonlinearity='relu')

    def fuse(self, feats: dict[str, Tensor]) -> Tensor:
        """Scores (N, K) of the concatenated features."""
        hidden = self.fc_hidden(torch.cat(list(feats.values()), dim=1))
        return self.fc_cls(hidden.relu())
