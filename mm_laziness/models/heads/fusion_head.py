"""What all late-fusion heads share."""

from abc import abstractmethod
from typing import Any

import torch
import torch.nn as nn
import torch.nn.functional as F
from mmaction.models.heads import BaseHead
from mmengine.model import ModuleDict
from torch import Tensor

from ...evaluation.functional import top_k_accuracy


class FusionHead(BaseHead):
    """Classify the features of all modalities together.

    A subclass defines :meth:`forward` and :meth:`split_scores`.

    Args:
        num_classes (int): Number of classes K.
        in_channels (dict[str, int]): Feature width C_m by modality; its order is the
            order of concatenation.
        unimodal_loss_weights (float | dict[str, float], optional): If given, a linear
            classifier and a cross-entropy of this weight per modality beside the fused
            one (Auxiliary-CE: equal weights; Du et al., ICML 2023, Sec. 4.3).
        fused_loss_weight (float): Weight of the fused loss. Defaults to 1.0.
        dropout (float): Probability of dropping each fused feature in training.
        average_clips (str, optional): ``'score'`` or ``'prob'``, how the scores of a
            sample's clips are averaged. Defaults to ``'score'``, so that predictions
            stay logits.
        **kwargs: ``loss_cls``, ``label_smooth_eps``, ``topk`` and ``init_cfg`` of
            MMAction2's ``BaseHead``.

    Raises:
        ValueError: If ``num_classes`` or a width is not positive, or a weight names an
            unknown modality.
    """

    in_channels: dict[str, int]

    def __init__(
        self,
        num_classes: int,
        in_channels: dict[str, int],
        unimodal_loss_weights: float | dict[str, float] | None = None,
        fused_loss_weight: float = 1.0,
        dropout: float = 0.0,
        average_clips: str | None = 'score',
        **kwargs: Any,
    ) -> None:
        super().__init__(
            num_classes, dict(in_channels), average_clips=average_clips, **kwargs
        )
        if num_classes < 1 or not in_channels or min(in_channels.values()) < 1:
            raise ValueError(
                'a head needs at least one class and a positive width per modality, '
                f'but got num_classes={num_classes} and in_channels={dict(in_channels)}'
            )
        if self.multi_class:
            raise ValueError(
                f'{type(self).__name__} assumes one label per sample; multi_class=True '
                'is not supported'
            )
        self.fused_loss_weight = fused_loss_weight
        self.dropout = nn.Dropout(dropout)
        self.unimodal_loss_weights = _by_modality(unimodal_loss_weights, in_channels)
        self.unimodal_classifiers = ModuleDict(
            {
                m: nn.Linear(in_channels[m], num_classes)
                for m in self.unimodal_loss_weights
            }
        )

    @abstractmethod
    def split_scores(self, feats: dict[str, Tensor]) -> dict[str, Tensor]:
        """Each modality's share of the fused scores, of shapes (N, K)."""

    def init_weights(self) -> None:
        """Draw linear layers as MMAction2's heads do: normal, std 0.01, bias 0."""
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.normal_(module.weight, std=0.01)
                nn.init.zeros_(module.bias)
        super().init_weights()

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
        scores = self(feats).float()
        labels = self.labels(data_samples, scores)
        losses: dict[str, Tensor] = {}
        if labels.ndim == 1:
            # On the device: MMAction2's own top-k copies to the host every step.
            for k in self.topk:
                losses[f'top{k}_acc'] = top_k_accuracy(scores.detach(), labels, k)
        losses['loss_cls'] = self.fused_loss_weight * self.criterion(scores, labels)
        for name, weight in self.unimodal_loss_weights.items():
            own = self.unimodal_classifiers[name](feats[name]).float()
            losses[f'loss_{name}'] = weight * self.criterion(own, labels)
        return losses

    def labels(self, data_samples: list, scores: Tensor) -> Tensor:
        """Labels (rows,) or soft labels (rows, K), repeated for a sample's clips."""
        labels = torch.stack([sample.gt_label for sample in data_samples])
        labels = labels.to(scores.device, non_blocking=True)
        if labels.shape[1:] == (1,):
            labels = labels.squeeze(1)
        return labels.repeat_interleave(len(scores) // len(labels), dim=0)

    def criterion(self, scores: Tensor, labels: Tensor) -> Tensor:
        """Cross-entropy, with label smoothing if set."""
        if self.label_smooth_eps:
            if labels.ndim == 1:
                labels = F.one_hot(labels, self.num_classes)
            spread = self.label_smooth_eps / self.num_classes
            labels = (1 - self.label_smooth_eps) * labels + spread
        return self.loss_cls(scores, labels)

    def predict(self, feats: dict[str, Tensor], data_samples: list, **_: Any) -> list:
        """Set ``pred_score`` (K,) and ``unimodal_scores``: dict of (K,) per sample."""
        clips = len(next(iter(feats.values()))) // len(data_samples)
        fused = self.average(self(feats), clips)
        split = {
            m: self.average(s, clips) for m, s in self.unimodal_scores(feats).items()
        }
        for index, sample in enumerate(data_samples):
            sample.set_pred_score(fused[index])
            sample.set_pred_label(fused[index].argmax(dim=-1, keepdim=True))
            sample.set_field({m: s[index] for m, s in split.items()}, 'unimodal_scores')
        return data_samples

    def average(self, scores: Tensor, clips: int) -> Tensor:
        """Average (N * clips, K) over clips as ``average_clips`` says, in float32."""
        averaged = self.average_clip(scores.float(), clips)
        if averaged.ndim == 2:
            return averaged
        if clips > 1:
            raise ValueError(
                f"samples have {clips} clips: set average_clips='score' or 'prob'"
            )
        return averaged.squeeze(1)


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
