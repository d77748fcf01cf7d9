"""Let a schedule fall when the training loss does."""

from typing import Any

import torch
from mmaction.registry import HOOKS
from mmengine.dist import all_reduce
from mmengine.hooks import Hook
from mmengine.runner import Runner
from torch import Tensor

METRIC = 'train/loss'


@HOOKS.register_module()
class TrainingLossMetricHook(Hook):
    """Put the mean training loss among the metrics of a validation.

    There MMEngine's ``ReduceOnPlateauLR`` looks for what it monitors, right after each
    validation; with it a schedule can follow the training loss, as in the official code
    of Wu et al., ICML 2022. The mean is over the samples of all processes in this epoch
    or, in a run by iteration, since the last validation. Other hooks see the metric
    ``train/loss`` as well. A validation in front of any training has none.

    Examples:
        >>> custom_hooks = [dict(type='TrainingLossMetricHook')]
        >>> param_scheduler = [
        >>>     dict(type='ReduceOnPlateauLR', monitor='train/loss', rule='less')]
    """

    # Before all hooks that log or use metrics.
    priority = 'HIGHEST'

    def __init__(self) -> None:
        self._sums: Tensor | None = None

    def before_train_epoch(self, runner: Runner) -> None:
        """Forget the epoch before."""
        self._sums = None

    def after_train_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: Any = None,
        outputs: dict | None = None,
    ) -> None:
        """Add up the loss on the device, weighted by the samples of the batch."""
        loss = (outputs or {})['loss'].detach()
        size = len(data_batch['data_samples'])
        # Float32 at least, also of a loss in half precision; some devices have no more.
        loss = loss.to(torch.promote_types(loss.dtype, torch.float32))
        sums = torch.stack([loss * size, torch.full_like(loss, size)])
        self._sums = sums if self._sums is None else self._sums + sums

    def after_val_epoch(
        self, runner: Runner, metrics: dict[str, float] | None = None
    ) -> None:
        """Add the mean to the metrics, which all hooks share."""
        if self._sums is None or metrics is None:
            return
        sums, self._sums = self._sums, None
        all_reduce(sums)
        total, samples = sums.tolist()
        metrics[METRIC] = total / samples
