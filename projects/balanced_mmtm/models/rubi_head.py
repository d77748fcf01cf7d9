"""Branches whose mean is trained behind the masks of biased modalities."""

from collections.abc import Sequence
from typing import Any

import torch
from mmaction.registry import MODELS
from torch import Tensor

from .branch_head import BranchHead
from .rubi import RUBiLoss


@MODELS.register_module()
class RUBiHead(BranchHead):
    """A :class:`BranchHead` with RUBi on the mean of the branches' logits.

    Training minimizes the cross-entropy of the masked mean (``loss_cls``), of the
    biased predictions (``loss_biased_<m>``), and, if wanted, of the branches
    (``loss_<m>``). Prediction is the branches' mean, as without RUBi.

    Source: RUBi is of Cadene et al., NeurIPS 2019; Wu et al., ICML 2022, compare with
    it on two views. [reconstructed] Their code has no RUBi: which view they mask with,
    from which embedding, and whether the branches keep their own losses is not known.
    The choice here is ours: ``biased``, the branch's pooled feature, and no, as in
    RUBi, where the masked prediction alone trains the model.

    Args:
        num_classes (int): Number of classes K.
        in_channels (dict[str, int]): Feature width C_m by modality.
        biased (str | Sequence[str]): Which modality is masked with; several masks are
            multiplied. Must be given: no source says which.
        hidden_channels (Sequence[int]): As in :class:`RUBiLoss`.
        bias_loss_weight (float): Weight of the biased predictions' losses.
        branch_loss_weight (float): Weight of the branches' own losses. Defaults to 0:
            there are none.
        **kwargs: As in :class:`BranchHead`.

    Raises:
        ValueError: For fewer than two modalities, if ``biased`` is not given or names
            none, one twice or an unknown one, or if a weight is negative.

    Examples:
        >>> model = dict(cls_head=dict(type='RUBiHead', biased='audio'))
    """

    def __init__(
        self,
        num_classes: int,
        in_channels: dict[str, int],
        biased: str | Sequence[str] | None = None,
        hidden_channels: Sequence[int] = (1024, 1024),
        bias_loss_weight: float = 1.0,
        branch_loss_weight: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(num_classes, in_channels, **kwargs)
        if len(in_channels) < 2:
            raise ValueError(
                'RUBi masks the mean of two branches or more, but in_channels names '
                f'{list(in_channels)}; use LinearFusionHead for one'
            )
        names = [biased] if isinstance(biased, str) else list(biased or ())
        unknown = [name for name in names if name not in in_channels]
        if not names or unknown or len(set(names)) < len(names):
            raise ValueError(
                f'biased is {biased!r}, but must name one or several of the modalities '
                f'{list(in_channels)}, each once; set cls_head.biased'
            )
        if branch_loss_weight < 0:
            raise ValueError(
                f'branch_loss_weight must not be negative, but got {branch_loss_weight}'
            )
        self.branch_loss_weight = branch_loss_weight
        self.rubi = RUBiLoss(
            num_classes,
            {name: in_channels[name] for name in in_channels if name in names},
            hidden_channels,
            bias_loss_weight,
        )

    def draw_weights(self) -> None:
        """Draw the branches' weights; those of RUBi as its authors, by PyTorch."""
        super().draw_weights()
        # Three layers of std 0.01 would pass on next to nothing.
        self.rubi.reset_parameters()

    def loss(self, feats: dict[str, Tensor], data_samples: list, **_: Any) -> dict:
        """``loss_cls``, ``loss_biased_<m>`` and accuracies of the mean, not masked.

        Args:
            feats (dict[str, Tensor]): Of shapes (N * clips, C_m).
            data_samples (list[ActionDataSample]): N samples with ``gt_label``.
        """
        scores = {m: own.float() for m, own in self.unimodal_scores(feats).items()}
        mean = torch.stack(list(scores.values())).mean(dim=0)
        labels = self.labels(data_samples, mean)
        self.tell_observers(feats, labels)
        losses = self.accuracies(mean, labels)
        losses.update(self.rubi(mean, feats, labels, self.criterion))
        if self.branch_loss_weight:
            for name, own in scores.items():
                own_loss = self.criterion(own, labels)
                losses[f'loss_{name}'] = self.branch_loss_weight * own_loss
        return losses
