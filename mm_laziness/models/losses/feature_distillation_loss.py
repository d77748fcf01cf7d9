"""The distillation loss of UMT."""

import torch.nn.functional as F
from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor


@MODELS.register_module()
class FeatureDistillationLoss(BaseModule):
    r"""Pull one encoder's features towards those of its frozen teacher.

    .. math:: L = \lambda \frac{1}{NC} \lVert s - t \rVert_2^2

    Args:
        loss_weight (float): The factor :math:`\lambda`. Defaults to 50.0, the
            best of Table 13 in Du et al., ICML 2023.

    Raises:
        ValueError: If ``loss_weight`` is negative.
    """

    def __init__(self, loss_weight: float = 50.0) -> None:
        super().__init__()
        if loss_weight < 0:
            raise ValueError(f'loss_weight must not be negative, but got {loss_weight}')
        self.loss_weight = loss_weight

    def forward(self, student: Tensor, teacher: Tensor) -> Tensor:
        """Both of shape (N, C); the teacher gets no gradient.

        Computed in float32: under AMP the square of a half-precision difference
        overflows at 256 already.

        Raises:
            ValueError: If the shapes differ.
        """
        if student.shape != teacher.shape:
            raise ValueError(
                'student and teacher features must have one shape, but got '
                f'{tuple(student.shape)} and {tuple(teacher.shape)}; teacher '
                'and student must use the same backbone'
            )
        if student.dtype.itemsize < 4:
            student = student.float()
        return self.loss_weight * F.mse_loss(student, teacher.detach().to(student))
