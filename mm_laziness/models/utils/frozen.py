"""A frozen model that its owner does not own."""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import torch
import torch.nn as nn


class Frozen(nn.Module):
    """Hold a model in eval mode, out of sight of everything but ``.to()``.

    The model is not registered: it is not in ``parameters()``, ``state_dict()``, the
    optimizer or DDP's buckets, and ``train()`` and ``init_weights()`` of the owner do
    not reach it. It follows the owner's device through ``_apply``.

    Args:
        module (nn.Module): The model; it is frozen and put into eval mode.
        dtype (str | torch.dtype, optional): Run under autocast to this type, such as
            ``'float16'``. Defaults to the surrounding precision.

    Raises:
        ValueError: If ``dtype`` names no type.
    """

    wrapped: nn.Module

    def __init__(
        self, module: nn.Module, dtype: str | torch.dtype | None = None
    ) -> None:
        super().__init__()
        # MMAction2's backbones return None from eval(), so calls are not chained.
        module.eval()
        module.requires_grad_(False)
        # Past nn.Module.__setattr__, which would register it.
        self.__dict__['wrapped'] = module
        named = getattr(torch, dtype, dtype) if isinstance(dtype, str) else dtype
        if not (named is None or isinstance(named, torch.dtype)):
            raise ValueError(
                "dtype must be the name of a type of torch, such as 'float16', but got "
                f'{dtype!r}'
            )
        self.dtype = named

    def _apply(self, fn: Callable, recurse: bool = True) -> 'Frozen':
        self.wrapped._apply(fn, recurse)
        return self

    def forward(self, inputs: Any, run: Callable | None = None) -> Any:
        """Run the model, or ``run(model, inputs)``, without gradient.

        Not ``inference_mode``: its tensors cannot be saved for the backward of a loss.
        """
        device = next(self.wrapped.parameters()).device.type
        cast = torch.autocast(device, dtype=self.dtype) if self.dtype else nullcontext()
        with torch.no_grad(), cast:
            return run(self.wrapped, inputs) if run else self.wrapped(inputs)
