"""A classifier per branch; the prediction is their mean."""

from typing import Any

import torch
from mmaction.registry import MODELS
from mmengine.model import ModuleDict
from torch import Tensor, nn

from mm_laziness.models.heads import MultiModalHead


@MODELS.register_module()
class BranchHead(MultiModalHead):
    """Classify each modality's features; average the logits.

    The loss is the sum of the branches' cross-entropies, as in the official code of Wu
    et al., ICML 2022. It differs from separate training only if encoders exchange
    information, as those of :class:`MMTMRecognizer`.

    Args:
        num_classes (int): Number of classes K.
        in_channels (dict[str, int]): Feature width C_m by modality.
        **kwargs: As in :class:`mm_laziness.models.heads.MultiModalHead`.
    """

    def __init__(
        self, num_classes: int, in_channels: dict[str, int], **kwargs: Any
    ) -> None:
        super().__init__(num_classes, in_channels, **kwargs)
        self.unimodal_classifiers = ModuleDict(
            {name: nn.Linear(width, num_classes) for name, width in in_channels.items()}
        )

    def forward(self, feats: dict[str, Tensor], **_: Any) -> Tensor:
        """Mean (N, K) of the branches' logits, of features (N, C_m)."""
        return _mean(self.unimodal_scores(feats))

    def unimodal_scores(self, feats: dict[str, Tensor]) -> dict[str, Tensor]:
        """Logits (N, K) of each branch."""
        return {
            name: classifier(feats[name])
            for name, classifier in self.unimodal_classifiers.items()
        }

    def split_scores(self, feats: dict[str, Tensor]) -> dict[str, Tensor]:
        """Logits (N, K) of each branch; the fused ones are their mean, not sum."""
        return self.unimodal_scores(feats)

    def loss(self, feats: dict[str, Tensor], data_samples: list, **_: Any) -> dict:
        """``loss_<m>`` of each branch, and accuracies of the mean.

        Args:
            feats (dict[str, Tensor]): Of shapes (N * clips, C_m).
            data_samples (list[ActionDataSample]): N samples with ``gt_label``.
        """
        scores = {m: own.float() for m, own in self.unimodal_scores(feats).items()}
        mean = _mean(scores)
        labels = self.labels(data_samples, mean)
        self.tell_observers(feats, labels)
        losses = self.accuracies(mean, labels)
        for name, own in scores.items():
            losses[f'loss_{name}'] = self.criterion(own, labels)
        return losses

    def predict(self, feats: dict[str, Tensor], data_samples: list, **_: Any) -> list:
        """Set ``pred_score`` (K,) and ``unimodal_scores``: dict of (K,) per sample."""
        scores = self.unimodal_scores(feats)
        clips = len(next(iter(scores.values()))) // len(data_samples)
        split = {name: self.average(own, clips) for name, own in scores.items()}
        fused = self.average(_mean(scores), clips)
        return self.write_predictions(data_samples, fused, unimodal_scores=split)

    def combine(self, scores: dict[str, Tensor], clips: int) -> Tensor:
        """Mean (N, K) of some branches' logits (N * clips, K), clips averaged."""
        return self.average(_mean(scores), clips)


def _mean(scores: dict[str, Tensor]) -> Tensor:
    return torch.stack(list(scores.values())).mean(dim=0)
