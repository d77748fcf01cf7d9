"""What all heads on the features of several modalities share."""

from abc import abstractmethod
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import torch
import torch.nn as nn
import torch.nn.functional as F
from mmaction.models.heads import BaseHead
from torch import Tensor
from torch.utils.hooks import RemovableHandle

from ...evaluation.functional import top_k_accuracy
from ..utils import MissingModalities, align_views

LossObserver = Callable[[dict[str, Tensor], Tensor], None]


class MultiModalHead(BaseHead):
    """Labels, criterion, clip averaging and predictions for a dict of features.

    A subclass defines :meth:`loss`, :meth:`predict` and :meth:`unimodal_scores`.

    Args:
        num_classes (int): Number of classes K.
        in_channels (dict[str, int]): Feature width C_m by modality; its order is the
            only one.
        average_clips (str, optional): ``'score'`` or ``'prob'``, how the scores of a
            sample's clips are averaged. Defaults to ``'score'``, so that predictions
            stay logits.
        **kwargs: ``loss_cls``, ``label_smooth_eps``, ``topk`` and ``init_cfg`` of
            MMAction2's ``BaseHead``.

    Raises:
        ValueError: If ``num_classes`` or a width is not positive, or for multi-label
            data.
    """

    in_channels: dict[str, int]

    def __init__(
        self,
        num_classes: int,
        in_channels: dict[str, int],
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
        self._loss_observers: dict[int, LossObserver] = OrderedDict()

    @abstractmethod
    def unimodal_scores(self, feats: dict[str, Tensor]) -> dict[str, Tensor]:
        """Scores (N, K) of each modality alone."""

    def init_weights(self) -> None:
        """Draw the weights; then do what ``init_cfg`` says, such as to load them."""
        self.draw_weights()
        super().init_weights()

    def draw_weights(self) -> None:
        """Draw linear layers as MMAction2's heads do: normal, std 0.01, bias 0."""
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.normal_(module.weight, std=0.01)
                nn.init.zeros_(module.bias)

    def register_loss_observer(self, observer: LossObserver) -> RemovableHandle:
        """Let ``observer(feats, labels)`` see what each call of :meth:`loss` sees.

        Args:
            observer (Callable): Gets features (rows, C_m) and labels (rows,), or soft
                labels (rows, K), of the micro-batch, on their device.

        Returns:
            RemovableHandle: Its ``remove()`` ends this.
        """
        handle = RemovableHandle(self._loss_observers)
        self._loss_observers[handle.id] = observer
        return handle

    def tell_observers(self, feats: dict[str, Tensor], labels: Tensor) -> None:
        """To be called by every :meth:`loss`."""
        for observer in self._loss_observers.values():
            observer(feats, labels)

    def accuracies(self, scores: Tensor, labels: Tensor) -> dict[str, Tensor]:
        """``top<k>_acc`` for the log; none for soft labels."""
        if labels.ndim > 1:
            return {}
        # On the device: MMAction2's own top-k copies to the host every step.
        return {
            f'top{k}_acc': top_k_accuracy(scores.detach(), labels, k) for k in self.topk
        }

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

    def predict_without(
        self, missing: MissingModalities, feats: dict[str, Tensor], data_samples: list
    ) -> list:
        """As ``predict``, without some modalities; they have no ``unimodal_scores``.

        With stand-ins for their features, the head fuses these with the others.
        Without, :meth:`combine` makes the scores from the remaining modalities' own.

        Args:
            missing (MissingModalities): Which, and their stand-ins.
            feats (dict[str, Tensor]): Of the remaining, of shapes (N, views, C_m).
            data_samples (list[ActionDataSample]): N samples; changed and returned.
        """
        if missing.stand_ins:
            filled = align_views(missing.fill(feats, self.in_channels))
            for sample in self.predict(filled, data_samples):
                own = missing.remaining(sample.unimodal_scores)
                sample.set_field(own, 'unimodal_scores')
            return data_samples
        rows = align_views(missing.fill(feats, self.in_channels))
        like = next(iter(rows.values()))
        # Not looked at: of these features only the remaining modalities' scores count.
        for name in missing.names:
            rows[name] = like.new_zeros(len(like), self.in_channels[name])
        own = missing.remaining(self.unimodal_scores(rows))
        clips = len(like) // len(data_samples)
        fused = self.combine(own, clips)
        split = {name: self.average(scores, clips) for name, scores in own.items()}
        return self.write_predictions(data_samples, fused, unimodal_scores=split)

    def combine(self, scores: dict[str, Tensor], clips: int) -> Tensor:
        """Sum (N, K) of some modalities' own scores (N * clips, K), clips averaged."""
        return self.average(torch.stack(list(scores.values())).sum(dim=0), clips)

    def write_predictions(
        self,
        data_samples: list,
        fused: Tensor,
        **fields: dict[str, Tensor],
    ) -> list:
        """Set ``pred_score`` (K,), ``pred_label`` and dicts of further scores (K,).

        Args:
            data_samples (list[ActionDataSample]): N samples; changed and returned.
            fused (Tensor): Of shape (N, K).
            **fields (dict[str, Tensor]): Scores (N, K) by name, e.g.
                ``unimodal_scores``.
        """
        for index, sample in enumerate(data_samples):
            sample.set_pred_score(fused[index])
            sample.set_pred_label(fused[index].argmax(dim=-1, keepdim=True))
            for field, scores in fields.items():
                sample.set_field({m: s[index] for m, s in scores.items()}, field)
        return data_samples
