"""The effective dimensions of each modality, kept in the checkpoint."""

from typing import Any

import torch
import torch.nn as nn
from torch import Tensor


class EffectiveDimensions(nn.Module):
    """Masks of shape (C,) by modality, unknown until :meth:`set`.

    The buffers, one per modality and ``separated``, are for the checkpoint; the
    attributes ``known`` and ``indices`` (on the CPU) say the same where a training step
    need not wait for the device to know it.

    Args:
        widths (dict[str, int]): C by modality, the same for all.
    """

    separated: Tensor

    def __init__(self, widths: dict[str, int]) -> None:
        super().__init__()
        self.names = tuple(widths)
        for name, width in widths.items():
            self.register_buffer(name, torch.zeros(width, dtype=torch.bool))
        self.register_buffer('separated', torch.tensor(False))
        self.known = False
        self.indices: dict[str, Tensor] = {}
        self.register_load_state_dict_post_hook(_read)

    def set(self, dimensions: dict[str, Tensor]) -> None:
        """Set the effective dimensions, as indices by modality."""
        # In place, since DDP holds on to these tensors.
        for name, mask in self.masks().items():
            mask.zero_()[dimensions[name].to(mask.device)] = True
        self.separated.fill_(True)
        _read(self)

    def forget(self) -> None:
        """Make the dimensions unknown again."""
        self.separated.fill_(False)
        _read(self)

    def masks(self) -> dict[str, Tensor]:
        """Which dimensions are effective, of shape (C,), by modality."""
        return {name: self.get_buffer(name) for name in self.names}


def _read(dimensions: EffectiveDimensions, _: Any = None) -> None:
    """Tell the host what the buffers say now."""
    masks = dimensions.masks()
    dimensions.indices = {m: mask.cpu().nonzero()[:, 0] for m, mask in masks.items()}
    dimensions.known = bool(dimensions.separated)
