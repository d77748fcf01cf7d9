"""Which modality is re-balanced in the next step; nothing here waits for the device."""

import random

import torch
from torch import Tensor

# The mode of a step in which all modalities are gated by what the others show.
REGULAR = -1


def leads(speeds: Tensor) -> Tensor:
    r"""By how much each modality is ahead of the mean of the others.

    .. math:: l_m = s_m - mean_{o \ne m} s_o

    For two modalities that is (d, -d) with the authors' :math:`d = s_0 - s_1`; for
    more, they give no rule, and this is ours.

    Args:
        speeds (Tensor): Conditional learning speeds s of shape (M,), M >= 2.

    Returns:
        Tensor: Of shape (M,); NaN where it is undefined.
    """
    # Differences first, so that one infinite speed leads by infinity, not by NaN.
    differences = speeds.unsqueeze(1) - speeds
    return differences.fill_diagonal_(0).sum(dim=1) / (len(speeds) - 1)


def guided_next(
    mode: Tensor, steps_left: Tensor, speeds: Tensor, epsilon: float, window: int
) -> tuple[Tensor, Tensor]:
    """What comes after a step of guided training (Wu et al., ICML 2022).

    After a regular step, the modality that leads by more than ``epsilon`` is
    re-balanced for exactly ``window`` steps; then follows a regular step at least. NaN
    speeds start no window.

    Args:
        mode (Tensor): Of the step that ends: ``REGULAR``, or the index of the modality
            that was re-balanced; a long scalar.
        steps_left (Tensor): Steps of that window, this one included, else 0; a long
            scalar.
        speeds (Tensor): Conditional learning speeds of shape (M,) after the step.
        epsilon (float): At least 0.
        window (int): At least 1.

    Returns:
        tuple[Tensor, Tensor]: Mode of the next step, and steps left with it.
    """
    lead, leader = leads(speeds).max(dim=0)
    starts = (mode == REGULAR) & (lead > epsilon)
    left = (steps_left - 1).clamp(min=0)
    going_on = torch.where(left > 0, mode, REGULAR)
    return torch.where(starts, leader, going_on), torch.where(starts, window, left)


def random_next(generator: random.Random, num_modalities: int) -> int:
    """Mode of the next step of random training: regular or any modality, all alike.

    The choices are in the order of the official code, so that its generator's state
    gives its draws: regular, the last modality, ..., the first.

    Args:
        generator (random.Random): Also the module :mod:`random` itself.
        num_modalities (int): M, at least 2.
    """
    choice = generator.choice(range(num_modalities + 1))
    return num_modalities - choice if choice else REGULAR
