"""Mixed precision without an accelerator."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from mmaction.registry import OPTIM_WRAPPERS
from mmengine.logging import print_log
from mmengine.optim import OptimWrapper
from torch.backends import mkldnn


@OPTIM_WRAPPERS.register_module()
class CpuAmpOptimWrapper(OptimWrapper):
    """Run the forward pass on a CPU in bfloat16.

    MMEngine's ``AmpOptimWrapper`` refuses CPUs. bfloat16 has the exponent range
    of float32, so no gradient underflows and no loss is scaled.

    Example:
        >>> optim_wrapper = dict(
        >>>     type='CpuAmpOptimWrapper', optimizer=dict(type='SGD', lr=0.1))

    Args:
        dtype (str | torch.dtype): Type of the autocast operations; only
            bfloat16. Defaults to ``'bfloat16'``.
        loss_scale (Any, optional): Ignored with a note in the log, so that a
            config written for ``AmpOptimWrapper`` only changes its ``type``.
            Defaults to None.
        **kwargs: Arguments of :class:`mmengine.optim.OptimWrapper`.

    Raises:
        ValueError: If ``dtype`` is not bfloat16.
    """

    def __init__(
        self,
        dtype: str | torch.dtype = 'bfloat16',
        loss_scale: Any = None,
        **kwargs: Any,
    ) -> None:
        if dtype not in ('bfloat16', torch.bfloat16):
            raise ValueError(
                f'CpuAmpOptimWrapper autocasts to bfloat16, but got dtype={dtype!r}; '
                "set dtype='bfloat16' or leave it out"
            )
        super().__init__(**kwargs)
        if loss_scale is not None:
            print_log(
                f'CpuAmpOptimWrapper ignores loss_scale={loss_scale!r}: bfloat16 '
                'needs no loss scaling',
                logger='current',
            )

    @contextmanager
    def optim_context(self, model: torch.nn.Module) -> Iterator[None]:
        """Autocast the forward pass, besides what OptimWrapper does.

        Args:
            model (nn.Module): The model to train; with DDP, gradients are not
                synchronized while they accumulate.
        """
        with super().optim_context(model), torch.autocast('cpu', torch.bfloat16):
            yield

    def backward(self, loss: torch.Tensor, **kwargs: Any) -> None:
        """Backpropagate without oneDNN.

        With torch 2.11 its bfloat16 weight gradient of a 3-D convolution reads memory
        that nobody has written, so that now and then a gradient is NaN.
        """
        onednn: Any = mkldnn
        enabled, onednn.enabled = onednn.enabled, False
        try:
            super().backward(loss, **kwargs)
        finally:
            onednn.enabled = enabled
