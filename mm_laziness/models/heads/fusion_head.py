"""What all late-fusion heads share."""

from abc import abstractmethod
from typing import Any

import torch
import torch.nn as nn
from mmengine.model import ModuleDict
from torch import Tensor

from ..utils import ModalityDropout
from .multi_modal_head import MultiModalHead


class FusionHead(MultiModalHead):
    """Classify the features of all modalities together.

    A subclass defines :meth:`fuse`, and :meth:`split_scores` where there is a better
    split than zeros for the other modalities.

    Args:
        num_classes (int): Number of classes K.
        in_channels (dict[str, int]): Feature width C_m by modality; its order is the
            order of concatenation.
        unimodal_loss_weights (float | dict[str, float], optional): If given, a linear
            classifier and a cross-entropy of this weight per modality beside the fused
            one (Auxiliary-CE: equal weights; Du et al., ICML 2023, Sec. 4.3).
        fused_loss_weight (float): Weight of the fused loss. Defaults to 1.0.
        dropout (float): Probability of dropping each fused feature in training.
        modality_dropout (float): Probability of dropping all features of one modality
            in a training step; see :class:`ModalityDropout`. Classifiers of single
            modalities are not affected.
        **kwargs: As in :class:`MultiModalHead`.

    Raises:
        ValueError: If a weight names an unknown modality, or ``modality_dropout`` is
            set for a single one.
    """

    def __init__(
        self,
        num_classes: int,
        in_channels: dict[str, int],
        unimodal_loss_weights: float | dict[str, float] | None = None,
        fused_loss_weight: float = 1.0,
        dropout: float = 0.0,
        modality_dropout: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(num_classes, in_channels, **kwargs)
        if modality_dropout and len(in_channels) < 2:
            raise ValueError(
                f'modality_dropout={modality_dropout} would drop the only modality '
                f'{list(in_channels)}; set modality_dropout=0 in uni-modal configs'
            )
        self.fused_loss_weight = fused_loss_weight
        self.dropout = nn.Dropout(dropout)
        self.modality_dropout = ModalityDropout(modality_dropout)
        self.unimodal_loss_weights = _by_modality(unimodal_loss_weights, in_channels)
        self.unimodal_classifiers = ModuleDict(
            {
                m: nn.Linear(in_channels[m], num_classes)
                for m in self.unimodal_loss_weights
            }
        )

    @abstractmethod
    def fuse(self, feats: dict[str, Tensor]) -> Tensor:
        """Fused scores (N, K) of features (N, C_m) in the order of ``in_channels``."""

    def forward(self, feats: dict[str, Tensor], **_: Any) -> Tensor:
        """Fused scores of shape (N, K) from features of shapes (N, C_m)."""
        kept = {name: self.dropout(feats[name]) for name in self.in_channels}
        return self.fuse(self.modality_dropout(kept))

    def split_scores(self, feats: dict[str, Tensor]) -> dict[str, Tensor]:
        """Scores (N, K) per modality: the head on zeros for all others, no dropout."""
        alone = {
            name: torch.cat(
                [
                    feats[name] if name == of else torch.zeros_like(feats[name])
                    for of in self.in_channels
                ]
            )
            for name in self.in_channels
        }
        scores = self.fuse(alone).chunk(len(alone))
        return dict(zip(alone, scores, strict=True))

    def unimodal_scores(self, feats: dict[str, Tensor]) -> dict[str, Tensor]:
        """Scores (N, K) per modality: of its own classifier, or else split."""
        missing = [m for m in self.in_channels if m not in self.unimodal_classifiers]
        scores = self.split_scores(feats) if missing else {}
        for name, classifier in self.unimodal_classifiers.items():
            scores[name] = classifier(feats[name])
        return {name: scores[name] for name in self.in_channels}

    def loss(self, feats: dict[str, Tensor], data_samples: list, **_: Any) -> dict:
        """Losses and accuracies; rows of feats are N samples times their clips.

        Args:
            feats (dict[str, Tensor]): Of shapes (N * clips, C_m).
            data_samples (list[ActionDataSample]): N samples with ``gt_label``.
        """
        return self.losses(self(feats), feats, data_samples)

    def losses(
        self, scores: Tensor, feats: dict[str, Tensor], data_samples: list
    ) -> dict:
        """As :meth:`loss`, for fused scores (N * clips, K) that are at hand already."""
        scores = scores.float()
        labels = self.labels(data_samples, scores)
        self.tell_observers(feats, labels)
        losses = self.accuracies(scores, labels)
        losses['loss_cls'] = self.fused_loss_weight * self.criterion(scores, labels)
        for name, weight in self.unimodal_loss_weights.items():
            own = self.unimodal_classifiers[name](feats[name]).float()
            losses[f'loss_{name}'] = weight * self.criterion(own, labels)
        return losses

    def predict(self, feats: dict[str, Tensor], data_samples: list, **_: Any) -> list:
        """Set ``pred_score`` (K,) and ``unimodal_scores``: dict of (K,) per sample."""
        clips = len(next(iter(feats.values()))) // len(data_samples)
        split = {
            m: self.average(s, clips) for m, s in self.unimodal_scores(feats).items()
        }
        fused = self.average(self(feats), clips)
        return self.write_predictions(data_samples, fused, unimodal_scores=split)


def _by_modality(
    weights: float | dict[str, float] | None, names: dict[str, int]
) -> dict[str, float]:
    if weights is None:
        return {}
    if not isinstance(weights, dict):
        return dict.fromkeys(names, float(weights))
    if unknown := [name for name in weights if name not in names]:
        raise ValueError(
            f'unimodal_loss_weights names {unknown}, but the modalities are '
            f'{list(names)}'
        )
    return {name: weights[name] for name in names if name in weights}
