"""The head of DI-MML: first separate learners that interact, then their fusion."""

from typing import Any

import torch
import torch.nn as nn
from mmaction.registry import MODELS
from mmengine.model import ModuleDict
from torch import Tensor

from ...evaluation.functional import certainty_weighted_scores
from ..utils import EffectiveDimensions, check_checkpoint, load_exactly, load_state
from .multi_modal_head import MultiModalHead

_CLASSIFIERS = 'cls_head.unimodal_classifiers.'


@MODELS.register_module()
class DIMMLHead(MultiModalHead):
    r"""Detached learning with interaction (Fan et al., ACM MM 2024), in two stages.

    Stage 1 trains each encoder by its own classifier and one that all share,

    .. math:: L = \sum_m CE(h_m(f_m)) + \lambda CE(S(f_m)) + L_{DUC}

    with :class:`DUCLoss` once :class:`DIMMLHook` has separated the dimensions. Stage 2
    trains a linear classifier on the concatenated features of frozen encoders, beside
    the frozen classifiers of stage 1. Predictions average the logits of all classifiers
    but the shared one, weighted by certainty.

    Args:
        num_classes (int): Number of classes K.
        in_channels (dict[str, int]): Feature width by modality, the same for all.
        stage (int): 1 or 2.
        loss_duc (dict, optional): Config of the loss between modalities. Defaults to
            ``dict(type='DUCLoss', temperature=1.0)``.
        shared_loss_weight (float): The factor of the shared classifier's losses.
        certainty_temperature (float): T of :func:`certainty_weighted_scores`; the
            official code has 1 for CREMA-D and UCF101, 3 for AVE and ModelNet40.
        stage1_checkpoint (str, optional): Checkpoint of stage 1, whose classifiers
            stage 2 starts from; not needed for testing.
        **kwargs: As in :class:`MultiModalHead`.

    Raises:
        ValueError: For fewer than two modalities, unequal widths, another stage,
            a temperature that is not positive, or ``average_clips='prob'``.
    """

    def __init__(
        self,
        num_classes: int,
        in_channels: dict[str, int],
        stage: int = 1,
        loss_duc: dict | None = None,
        shared_loss_weight: float = 1.0,
        certainty_temperature: float = 1.0,
        stage1_checkpoint: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(num_classes, in_channels, **kwargs)
        _check(in_channels, stage, certainty_temperature, self.average_clips)
        width = next(iter(in_channels.values()))
        self.stage = stage
        self.shared_loss_weight = shared_loss_weight
        self.certainty_temperature = certainty_temperature
        self.stage1_checkpoint = stage1_checkpoint
        self.unimodal_classifiers = ModuleDict(
            {name: nn.Linear(width, num_classes) for name in in_channels}
        )
        if stage == 2:
            self.unimodal_classifiers.requires_grad_(False)
            self.fc_cls = nn.Linear(width * len(in_channels), num_classes)
            return
        self.shared_classifier = nn.Linear(width, num_classes)
        self.loss_duc = MODELS.build(loss_duc or dict(type='DUCLoss', temperature=1.0))
        self.dimensions = EffectiveDimensions(self.in_channels)

    @property
    def interacting(self) -> bool:
        """Whether the dimensions are separated, so that modalities teach each other."""
        return self.stage == 1 and self.dimensions.known

    def init_weights(self) -> None:
        """Initialize; in stage 2 load the classifiers of stage 1.

        Raises:
            FileNotFoundError: If the checkpoint of stage 1 does not exist.
            ValueError: If stage 2 has none, or it does not fit.
        """
        super().init_weights()
        if self.stage == 1:
            return
        # As the official code; the base class has drawn it as MMAction2's heads do.
        nn.init.xavier_normal_(self.fc_cls.weight)
        path = self.stage1_checkpoint
        if path is None:
            raise ValueError(
                'stage 2 of DI-MML needs the classifiers of stage 1: set '
                'cls_head.stage1_checkpoint'
            )
        check_checkpoint(path, 'cls_head.stage1_checkpoint')
        part = {
            key.removeprefix(_CLASSIFIERS): value
            for key, value in load_state(path).items()
            if key.startswith(_CLASSIFIERS)
        }
        load_exactly(
            self.unimodal_classifiers, part, path, 'the classifiers of the modalities'
        )

    def set_dimensions(self, dimensions: dict[str, Tensor]) -> None:
        """Begin the interaction, with what :func:`separate_dimensions` returns."""
        self.dimensions.set(dimensions)

    def forward(self, feats: dict[str, Tensor], **_: Any) -> Tensor:
        """Certainty-weighted scores (N, K) of features (N, C)."""
        return self._weigh(self._scores(feats))

    def unimodal_scores(self, feats: dict[str, Tensor]) -> dict[str, Tensor]:
        """Scores (N, K) of each modality's own classifier."""
        return {
            name: classifier(feats[name])
            for name, classifier in self.unimodal_classifiers.items()
        }

    def fuse(self, feats: dict[str, Tensor]) -> Tensor:
        """Scores (N, K) of the concatenated features, in stage 2."""
        return self.fc_cls(torch.cat([feats[m] for m in self.in_channels], dim=1))

    def loss(self, feats: dict[str, Tensor], data_samples: list, **_: Any) -> dict:
        """Losses and accuracies; rows of feats are N samples times their clips.

        Args:
            feats (dict[str, Tensor]): Of shapes (N * clips, C).
            data_samples (list[ActionDataSample]): N samples with ``gt_label``.
        """
        labels = self.labels(data_samples, next(iter(feats.values())))
        self.tell_observers(feats, labels)
        if self.stage == 2:
            scores = self.fuse(feats).float()
            loss = self.criterion(scores, labels)
            return dict(loss_cls=loss, **self.accuracies(scores, labels))
        losses = {}
        for name, own in self.unimodal_scores(feats).items():
            shared = self.criterion(self.shared_classifier(feats[name]).float(), labels)
            losses[f'loss_{name}'] = self.criterion(own.float(), labels)
            losses[f'loss_shared_{name}'] = self.shared_loss_weight * shared
            for key, accuracy in self.accuracies(own, labels).items():
                losses[f'{key}_{name}'] = accuracy
        if self.interacting:
            losses['loss_duc'] = self.loss_duc(feats, self.dimensions.indices)
        else:
            losses['loss_duc'] = torch.zeros((), device=labels.device)
        return losses

    def predict(self, feats: dict[str, Tensor], data_samples: list, **_: Any) -> list:
        """Set ``pred_score`` (K,) and ``unimodal_scores``: dict of (K,) per sample.

        In stage 2 also ``alternative_scores``: ``fused_only``, the fusion by itself.
        """
        clips = len(next(iter(feats.values()))) // len(data_samples)
        scores = [self.average(rows, clips) for rows in self._scores(feats)]
        own = dict(zip(self.in_channels, scores, strict=self.stage == 1))
        fields = dict(unimodal_scores=own)
        if self.stage == 2:
            fields['alternative_scores'] = dict(fused_only=scores[-1])
        return self.write_predictions(data_samples, self._weigh(scores), **fields)

    def combine(self, scores: dict[str, Tensor], clips: int) -> Tensor:
        """Average (N, K) of some classifiers' scores, weighted by certainty."""
        return self._weigh([self.average(rows, clips) for rows in scores.values()])

    def _scores(self, feats: dict[str, Tensor]) -> list[Tensor]:
        """Scores (N, K) of all modalities, then, in stage 2, of the fusion."""
        own = list(self.unimodal_scores(feats).values())
        return own if self.stage == 1 else [*own, self.fuse(feats)]

    def _weigh(self, scores: list[Tensor]) -> Tensor:
        return certainty_weighted_scores(scores, self.certainty_temperature)


def _check(
    widths: dict[str, int], stage: int, temperature: float, average_clips: str | None
) -> None:
    if len(widths) < 2 or len(set(widths.values())) > 1:
        raise ValueError(
            'DI-MML compares two or more modalities dimension by dimension, but '
            f'in_channels is {dict(widths)}; choose encoders of equal width'
        )
    if stage not in (1, 2):
        raise ValueError(f'stage must be 1 or 2, but got {stage!r}')
    if not temperature > 0:
        raise ValueError(
            f'certainty_temperature must be positive, but is {temperature}'
        )
    if average_clips == 'prob':
        raise ValueError(
            "certainties are of logits, but average_clips is 'prob'; set "
            "average_clips='score'"
        )
