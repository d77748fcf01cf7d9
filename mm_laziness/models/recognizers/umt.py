"""Uni-Modal Teacher (UMT)."""

from typing import Any

import torch.nn as nn
from mmaction.registry import MODELS
from torch import Tensor

from ..utils import Frozen, build_encoder, check_checkpoint, load_encoder
from .distillation import DistillationRecognizer


@MODELS.register_module()
class UMTRecognizer(DistillationRecognizer):
    r"""Joint training in which each encoder imitates a frozen uni-modal one.

    .. math:: L = CE(fused) + \sum_m L_{distill}(s_m, t_m)

    Features are distilled before the fusion; students start from scratch. Source: Du et
    al., ICML 2023, Algorithm 1 and App. A.4. The paper does not say how teachers
    normalize; ours are in eval mode. With the checkpoint of one joint model as all
    teachers, it is self-distillation on features (Table 8).

    Args:
        encoders (dict[str, dict]): As in :class:`LateFusionRecognizer`.
        cls_head (dict): As there.
        teachers (dict[str, str]): Checkpoint per modality of a model with that encoder,
            ours or any of MMAction2's with the same backbone. Needed in training only.
        loss_distill (dict): Config of the distillation loss, used per modality.
            Defaults to :class:`FeatureDistillationLoss` of weight 50.
        teacher_dtype (str, optional): Run teachers under autocast to this type, e.g.
            ``'float16'``.
        **kwargs: As in :class:`LateFusionRecognizer`.

    Raises:
        ValueError: If the teachers' modalities are not the encoders', or these are
            frozen.
    """

    def __init__(
        self,
        encoders: dict[str, dict],
        cls_head: dict,
        teachers: dict[str, str],
        loss_distill: dict | None = None,
        teacher_dtype: str | None = None,
        **kwargs: Any,
    ) -> None:
        loss_distill = loss_distill or dict(
            type='FeatureDistillationLoss', loss_weight=50.0
        )
        super().__init__(encoders, cls_head, loss_distill, teacher_dtype, **kwargs)
        if set(teachers) != set(encoders):
            raise ValueError(
                f'teachers are given for {list(teachers)}, but the encoders are '
                f'{list(encoders)}; give the checkpoint of a uni-modal model for each'
            )
        if self.frozen_encoders:
            raise ValueError(
                'frozen encoders learn nothing from teachers: set frozen_encoders=False'
                ", or train the classifier alone with type='LateFusionRecognizer'"
            )
        self.teacher_checkpoints = dict(teachers)

    def load_teachers(self) -> dict[str, nn.Module]:
        """One encoder per modality."""
        teachers = {}
        for name, path in self.teacher_checkpoints.items():
            check_checkpoint(path, f'teachers[{name!r}]')
            teachers[name] = build_encoder(self.encoder_cfgs[name])
            load_encoder(teachers[name], path, name, self.cls_head.num_classes)
        return teachers

    def loss(self, inputs: dict[str, Tensor], data_samples: list, **_: Any) -> dict:
        """Losses of the head, and ``loss_distill_<m>`` per modality.

        Raises:
            RuntimeError: If the teachers have not been loaded.
        """
        self.require_teachers()
        # Teachers first: what they need is free again when the students begin to keep
        # activations for the backward pass.
        targets = self.encode(self.teachers, inputs)
        feats = self.extract_feat(inputs)
        losses = self.cls_head.loss(feats, data_samples)
        for name in self.modalities:
            losses[f'loss_distill_{name}'] = self.loss_distill(
                feats[name], targets[name]
            )
        return losses

    def _run(self, encoder: nn.Module, images: Tensor) -> Tensor:
        run = super()._run
        if isinstance(encoder, Frozen):
            # Pools under the teacher's autocast too: two types of it do not mix.
            return encoder(images, run)
        return run(encoder, images)
