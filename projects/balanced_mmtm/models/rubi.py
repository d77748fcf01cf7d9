"""RUBi: hide from the loss what a biased modality knows already."""

from collections.abc import Callable, Sequence

import torch
import torch.nn as nn
import torch.nn.functional as F
from mmaction.registry import MODELS
from mmengine.model import BaseModule, ModuleDict
from torch import Tensor

Criterion = Callable[[Tensor, Tensor], Tensor]


class BiasBranch(nn.Module):
    """Two predictions of one modality, used in training only.

    Args:
        num_classes (int): Number of classes K.
        in_channels (int): Width C of the modality's embedding.
        hidden_channels (Sequence[int]): Widths of the layers in between.
    """

    def __init__(
        self, num_classes: int, in_channels: int, hidden_channels: Sequence[int]
    ) -> None:
        super().__init__()
        widths = [in_channels, *hidden_channels, num_classes]
        layers: list[nn.Module] = []
        for before, after in zip(widths, widths[1:], strict=False):
            layers += [nn.Linear(before, after), nn.ReLU(inplace=True)]
        self.mask_net = nn.Sequential(*layers[:-1])
        self.classifier = nn.Linear(num_classes, num_classes)

    def forward(self, embedding: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of the mask and of the biased prediction, (N, K), of (N, C)."""
        # The encoder must not learn to be biased.
        mask_logits = self.mask_net(embedding.detach())
        return mask_logits.float(), self.classifier(mask_logits).float()


@MODELS.register_module()
class RUBiLoss(BaseModule):
    r"""Weigh a model's logits by what a biased modality says, in training only.

    .. math:: L = CE(z \odot \sigma(z_b)) + \lambda CE(c_2(z_b)), \quad
        z_b = c_1(\mathrm{stopgrad}(u))

    The mask lowers the loss of samples that the biased modality's embedding u gets
    right by itself, and raises it for those that it gets wrong. The first term trains
    the model and c_1, the second c_1 and c_2; u gets no gradient from either.

    Source: Cadene et al., NeurIPS 2019, "RUBi: Reducing Unimodal Biases for Visual
    Question Answering", and its authors' code, for one modality, the question. That
    the masks of several biased modalities are multiplied is ours.

    Args:
        num_classes (int): Number of classes K.
        in_channels (dict[str, int]): Width C_m of each biased modality's embedding.
        hidden_channels (Sequence[int]): Widths between the layers of c_1. Defaults to
            ``(1024, 1024)``, the authors' for questions.
        loss_weight (float): The factor :math:`\lambda`. Defaults to 1.0, the authors'.
        init_cfg (dict, optional): Defaults to PyTorch's initialization.

    Raises:
        ValueError: If there is no modality, a width or the number of classes is not
            positive, or ``loss_weight`` is negative.
    """

    def __init__(
        self,
        num_classes: int,
        in_channels: dict[str, int],
        hidden_channels: Sequence[int] = (1024, 1024),
        loss_weight: float = 1.0,
        init_cfg: dict | None = None,
    ) -> None:
        super().__init__(init_cfg)
        if not in_channels:
            raise ValueError('in_channels must name at least one biased modality')
        if min(num_classes, *in_channels.values(), *hidden_channels) < 1:
            raise ValueError(
                'num_classes and all widths must be positive, but got '
                f'num_classes={num_classes}, in_channels={dict(in_channels)} and '
                f'hidden_channels={tuple(hidden_channels)}'
            )
        if loss_weight < 0:
            raise ValueError(f'loss_weight must not be negative, but got {loss_weight}')
        self.loss_weight = loss_weight
        self.branches = ModuleDict(
            {
                m: BiasBranch(num_classes, width, hidden_channels)
                for m, width in in_channels.items()
            }
        )

    def reset_parameters(self) -> None:
        """Draw the weights as PyTorch does."""
        for module in self.modules():
            if isinstance(module, nn.Linear):
                module.reset_parameters()

    def forward(
        self,
        scores: Tensor,
        embeddings: dict[str, Tensor],
        labels: Tensor,
        criterion: Criterion = F.cross_entropy,
    ) -> dict[str, Tensor]:
        """Both losses, apart; their sum is to be minimized.

        Args:
            scores (Tensor): The model's logits z, (N, K).
            embeddings (dict[str, Tensor]): Of the biased modalities, (N, C_m).
            labels (Tensor): Class indices (N,), or what ``criterion`` takes.
            criterion (Callable): Loss of logits and labels. Defaults to cross-entropy.

        Returns:
            dict[str, Tensor]: ``loss_cls`` and ``loss_biased_<m>`` of each biased
            modality, ``loss_weight`` included.

        Raises:
            ValueError: If an embedding is missing.
        """
        if missing := [name for name in self.branches if name not in embeddings]:
            raise ValueError(
                f'the embeddings of {missing} are missing, got {list(embeddings)}; '
                "the biased modalities must be among the model's"
            )
        masked, losses = scores.float(), {}
        for name, branch in self.branches.items():
            mask_logits, biased = branch(embeddings[name])
            masked = masked * torch.sigmoid(mask_logits)
            losses[f'loss_biased_{name}'] = self.loss_weight * criterion(biased, labels)
        return dict(loss_cls=criterion(masked, labels), **losses)
