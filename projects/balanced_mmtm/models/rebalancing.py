"""Which modality is being re-balanced, as state of the model."""

import torch
from torch import Tensor, nn


class Rebalancing(nn.Module):
    """What a run knows about re-balancing, so that a checkpoint knows it.

    All of it lives on the model's device: to decide there needs no synchronization.

    Args:
        num_modalities (int): M.

    Attributes:
        mode (Tensor): The re-balanced modality's index, or -1: none; a long scalar.
        steps_left (Tensor): Steps until a window ends; a long scalar.
        fusion_speed (Tensor): Of shape (M,): what the conditional learning speed of
            each modality's fusion layers has added up to.
        branch_speed (Tensor): Of shape (M,): the same of its branch.
        active (bool): Whether this is a step for which somebody has set the mode. Else
            it has no effect: that of a loaded checkpoint would never end, and that of a
            pending window is not for what a loop or hook trains beside the run.
    """

    mode: Tensor
    steps_left: Tensor
    fusion_speed: Tensor
    branch_speed: Tensor

    def __init__(self, num_modalities: int) -> None:
        super().__init__()
        self.active = False
        self.register_buffer('mode', torch.tensor(-1))
        self.register_buffer('steps_left', torch.tensor(0))
        self.register_buffer('fusion_speed', torch.zeros(num_modalities))
        self.register_buffer('branch_speed', torch.zeros(num_modalities))

    def mask(self) -> Tensor:
        """Which modalities are re-balanced; of shape (M,) and bool."""
        indices = torch.arange(len(self.fusion_speed), device=self.mode.device)
        return indices == self.mode

    def reset(self) -> None:
        """Forget everything, as before the first step."""
        self.mode.fill_(-1)
        for buffer in (self.steps_left, self.fusion_speed, self.branch_speed):
            buffer.zero_()
