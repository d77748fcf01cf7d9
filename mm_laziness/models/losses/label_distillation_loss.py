"""Distillation of soft labels."""

import torch.nn.functional as F
from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor


@MODELS.register_module()
class LabelDistillationLoss(BaseModule):
    r"""Pull a model's predictions towards those of its frozen teacher.

    .. math:: L = \lambda \tau^2 \frac{1}{N} \sum_i
        KL(softmax(t_i / \tau) \,\|\, softmax(s_i / \tau))

    The factor :math:`\tau^2` keeps the gradient's scale when :math:`\tau` changes.
    Source: Hinton et al., 2015, "Distilling the Knowledge in a Neural Network", Sec. 2.

    Args:
        tau (float): The temperature :math:`\tau`. Defaults to 1.0.
        loss_weight (float): The factor :math:`\lambda`. Defaults to 1.0.

    Raises:
        ValueError: If ``tau`` is not positive or ``loss_weight`` is negative.
    """

    def __init__(self, tau: float = 1.0, loss_weight: float = 1.0) -> None:
        super().__init__()
        if not tau > 0:
            raise ValueError(f'tau must be positive, but got {tau}')
        if loss_weight < 0:
            raise ValueError(f'loss_weight must not be negative, but got {loss_weight}')
        self.tau, self.loss_weight = tau, loss_weight

    def forward(self, student_logits: Tensor, teacher_logits: Tensor) -> Tensor:
        """Both of shape (N, K); the teacher gets no gradient.

        Raises:
            ValueError: If the shapes differ.
        """
        if student_logits.shape != teacher_logits.shape:
            raise ValueError(
                'student and teacher logits must have one shape, but got '
                f'{tuple(student_logits.shape)} and {tuple(teacher_logits.shape)}; '
                'they must know the same classes'
            )
        if student_logits.dtype.itemsize < 4:
            student_logits = student_logits.float()
        teacher_logits = teacher_logits.detach().to(student_logits)
        # Both as logarithms: a probability that underflows to 0 has a finite one.
        divergence = F.kl_div(
            F.log_softmax(student_logits / self.tau, dim=1),
            F.log_softmax(teacher_logits / self.tau, dim=1),
            reduction='batchmean',
            log_target=True,
        )
        return self.loss_weight * self.tau**2 * divergence
