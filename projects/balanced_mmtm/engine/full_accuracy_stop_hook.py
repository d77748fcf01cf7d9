"""The official stop rule: nothing is left to learn on the training set."""

from typing import Any

import torch
from mmaction.registry import HOOKS
from mmengine.dist import all_reduce
from mmengine.hooks import Hook
from mmengine.runner import Runner
from torch import Tensor

# In the message hub, which is in every checkpoint.
_COUNT = 'full_accuracy_epochs'


@HOOKS.register_module()
class FullAccuracyStopHook(Hook):
    """End training after some epochs in which all training samples were right.

    They count in total, not in a row, and across a resume. A sample is right as in the
    log: with its augmentation, in train mode, before the step it is part of.

    Source: official code of Wu et al., ICML 2022. MMEngine's ``EarlyStoppingHook``
    looks at validation, and counts in a row. The last epoch is validated only where
    ``val_interval`` says so.

    Args:
        epochs (int): Defaults to 5.
        monitor (str): Accuracy in [0, 1] among what the model logs. Defaults to
            ``'top1_acc'``, of the fused scores.

    Raises:
        ValueError: If ``epochs`` is below 1, or the model does not log ``monitor``.

    Examples:
        >>> custom_hooks = [dict(type='FullAccuracyStopHook')]
    """

    def __init__(self, epochs: int = 5, monitor: str = 'top1_acc') -> None:
        if epochs < 1:
            raise ValueError(f'epochs is {epochs}; set epochs >= 1, e.g. 5')
        self.epochs, self.monitor = epochs, monitor
        self._lowest: Tensor | None = None

    def before_train(self, runner: Runner) -> None:
        """Start to count; a resumed run goes on, or has no more to do."""
        if not runner._resume:
            runner.message_hub.update_info(_COUNT, 0)
        elif runner.message_hub.get_info(_COUNT, 0) >= self.epochs:
            self._stop(runner)

    def before_train_epoch(self, runner: Runner) -> None:
        """Forget the epoch before."""
        self._lowest = None

    def after_train_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: Any = None,
        outputs: dict | None = None,
    ) -> None:
        """Keep the worst batch, on the device.

        Raises:
            ValueError: If there is no such accuracy.
        """
        outputs = outputs or {}
        if self.monitor not in outputs:
            raise ValueError(
                f'FullAccuracyStopHook looks at {self.monitor!r}, but the model logs '
                f'{sorted(outputs)}; set monitor to one of these, and do not mix '
                'labels'
            )
        accuracy = torch.as_tensor(outputs[self.monitor]).detach()
        if self._lowest is not None:
            accuracy = torch.minimum(accuracy, self._lowest)
        self._lowest = accuracy

    def after_train_epoch(self, runner: Runner) -> None:
        """Count the epoch if no sample of any process was wrong."""
        if self._lowest is None:
            return
        # Not in place: the tensor may still be in the model's log.
        lowest = self._lowest.clone()
        all_reduce(lowest, 'min')
        # Of NaN neither is true.
        if not lowest.item() >= 1:
            return
        count = runner.message_hub.get_info(_COUNT, 0) + 1
        runner.message_hub.update_info(_COUNT, count)
        if count >= self.epochs:
            self._stop(runner)

    def _stop(self, runner: Runner) -> None:
        runner.train_loop.stop_training = True
        runner.logger.info(
            f'All training samples were right in {self.epochs} epochs: training ends '
            '(FullAccuracyStopHook).'
        )
