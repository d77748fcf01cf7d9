"""Distillation of a model's labels into another of the same architecture."""

import copy
from typing import Any

import torch.nn as nn
from mmaction.registry import MODELS
from torch import Tensor

from ..utils import check_checkpoint, load_exactly, load_state
from .distillation import DistillationRecognizer
from .late_fusion import LateFusionRecognizer

_PARTS = ('encoders.', 'cls_head.')


@MODELS.register_module()
class LabelDistillationRecognizer(DistillationRecognizer):
    r"""Training towards the labels and the soft labels of a frozen, trained copy.

    .. math:: L = CE(s) + L_{distill}(s, t)

    s are the student's fused scores (after dropout, if there is any), t the teacher's.
    A joint teacher gives self-distillation on labels (Du et al., ICML 2023, Table 8);
    with one encoder it is uni-modal knowledge distillation (Table 18).

    Args:
        encoders (dict[str, dict]): As in :class:`LateFusionRecognizer`; the teacher's,
            too.
        cls_head (dict): Config of a fusion head; the teacher's, too.
        teacher (str): Checkpoint of a trained model of these encoders and this head.
            Needed in training only.
        loss_distill (dict): Config of the distillation loss. Defaults to
            :class:`LabelDistillationLoss`.
        teacher_dtype (str, optional): Run the teacher under autocast to this type, e.g.
            ``'float16'``.
        **kwargs: As in :class:`LateFusionRecognizer`.

    Raises:
        ValueError: If the head has no loss of fused scores.
    """

    def __init__(
        self,
        encoders: dict[str, dict],
        cls_head: dict,
        teacher: str,
        loss_distill: dict | None = None,
        teacher_dtype: str | None = None,
        **kwargs: Any,
    ) -> None:
        loss_distill = loss_distill or dict(type='LabelDistillationLoss')
        super().__init__(encoders, cls_head, loss_distill, teacher_dtype, **kwargs)
        if not callable(getattr(self.cls_head, 'losses', None)):
            raise ValueError(
                f"the teacher's soft labels are for fused scores, of which the head "
                f'{type(self.cls_head).__name__} has no losses(); use '
                'LinearFusionHead, MLPFusionHead or AttentionFusionHead'
            )
        self.teacher_checkpoint = teacher
        self.head_cfg = copy.deepcopy(cls_head)

    def load_teachers(self) -> dict[str, nn.Module]:
        """One model, under the name ``'labels'``."""
        path = self.teacher_checkpoint
        check_checkpoint(path, 'teacher')
        teacher = LateFusionRecognizer(self.encoder_cfgs, self.head_cfg)
        state = {k: v for k, v in load_state(path).items() if k.startswith(_PARTS)}
        load_exactly(teacher, state, path, 'the teacher, a copy of this model')
        return dict(labels=teacher)

    def loss(self, inputs: dict[str, Tensor], data_samples: list, **_: Any) -> dict:
        """Losses of the head, and ``loss_distill``.

        Raises:
            RuntimeError: If the teacher has not been loaded.
        """
        self.require_teachers()
        # The teacher first: what it needs is free again when the student begins to keep
        # activations for the backward pass.
        targets = self.teachers['labels'](inputs, self._soft_labels)
        feats = self.extract_feat(inputs)
        scores = self.cls_head(feats)
        losses = self.cls_head.losses(scores, feats, data_samples)
        losses['loss_distill'] = self.loss_distill(scores, targets)
        return losses

    def _soft_labels(self, teacher: Any, inputs: dict[str, Tensor]) -> Tensor:
        """Scores (N * clips, K); views are merged as this model's are."""
        return teacher.cls_head(self.encode(teacher.encoders, inputs))
