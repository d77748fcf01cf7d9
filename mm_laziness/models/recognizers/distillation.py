"""What all recognizers with frozen teachers share."""

from abc import abstractmethod
from typing import Any

import torch.nn as nn
from mmaction.registry import MODELS

from ..utils import Frozen
from .late_fusion import LateFusionRecognizer


class DistillationRecognizer(LateFusionRecognizer):
    """A late-fusion model with teachers that nothing but its loss can see.

    A subclass defines :meth:`load_teachers` and :meth:`loss`. Teachers are frozen and
    in eval mode; they follow the model's device, but are not in ``parameters()``,
    ``state_dict()``, the optimizer, DDP's buckets or an EMA copy.

    Args:
        encoders (dict[str, dict]): As in :class:`LateFusionRecognizer`.
        cls_head (dict): As there.
        loss_distill (dict): Config of the distillation loss.
        teacher_dtype (str, optional): Run teachers under autocast to this type, e.g.
            ``'float16'``.
        **kwargs: As in :class:`LateFusionRecognizer`.
    """

    def __init__(
        self,
        encoders: dict[str, dict],
        cls_head: dict,
        loss_distill: dict,
        teacher_dtype: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(encoders, cls_head, **kwargs)
        self.teacher_dtype = teacher_dtype
        self.loss_distill = MODELS.build(loss_distill)
        # Filled by init_weights(), which only training calls: testing needs no
        # teacher files, and an EMA copy, made before, holds none.
        self.teachers = nn.ModuleDict()

    @abstractmethod
    def load_teachers(self) -> dict[str, nn.Module]:
        """Build the teachers and load their checkpoints."""

    def init_weights(self) -> None:
        """Initialize the student, then load the teachers.

        Raises:
            FileNotFoundError: If a teacher's checkpoint does not exist.
            ValueError: If one is of another architecture.
        """
        super().init_weights()
        device = next(self.parameters()).device
        for name, teacher in self.load_teachers().items():
            self.teachers[name] = Frozen(teacher.to(device), self.teacher_dtype)

    def require_teachers(self) -> None:
        """To be called by every :meth:`loss`.

        Raises:
            RuntimeError: If the teachers have not been loaded.
        """
        if not self.teachers:
            raise RuntimeError('the teachers are not loaded: call init_weights() first')
