"""What a study watches in each of its runs."""

import time
from collections.abc import Callable
from pathlib import Path

from mmengine.hooks import Hook
from mmengine.runner import Runner

from ...engine.runner.atomic_files import link_or_copy
from .memory import PeakMemory


class StudyHook(Hook):
    """Count seconds and memory, keep the metrics and the model of the last epoch.

    Seconds are those of training, with all that a method does for it, and without
    validation and what else happens there.

    Args:
        on_epoch (Callable, optional): Called after each epoch.
    """

    priority = 'LOWEST'

    def __init__(self, on_epoch: Callable[[], None] | None) -> None:
        self.on_epoch = on_epoch
        self.metrics: dict = {}
        self._start, self._before = time.perf_counter(), 0.0
        self._validation_start = 0.0
        self._peak, self._peak_before = PeakMemory(), None

    def seconds(self) -> float:
        """Seconds of this run and of those that it resumes."""
        return self._before + time.perf_counter() - self._start

    def memory(self) -> float | None:
        """Peak in MiB of this run and of those that it resumes."""
        peaks = [self._peak.mebibytes(), self._peak_before]
        return max((peak for peak in peaks if peak is not None), default=None)

    def before_save_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Let the numbers survive an interruption."""
        checkpoint['meta'].update(seconds=self.seconds(), memory=self.memory())

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Add what was before an interruption."""
        if runner.cfg.resume:
            self._before = checkpoint['meta'].get('seconds', 0.0)
            self._peak_before = checkpoint['meta'].get('memory')

    def after_train_epoch(self, runner: Runner) -> None:
        """Tell that an epoch is over."""
        if self.on_epoch:
            self.on_epoch()

    def before_val(self, runner: Runner) -> None:
        """Stop the clock."""
        self._validation_start = time.perf_counter()

    def after_val(self, runner: Runner) -> None:
        """Let the clock go on."""
        self._start += time.perf_counter() - self._validation_start

    def after_val_epoch(self, runner: Runner, metrics: dict | None = None) -> None:
        """Keep the metrics of the last epoch; earlier ones choose nothing."""
        if runner.epoch >= runner.max_epochs:
            self.metrics = dict(metrics or {})

    def after_train(self, runner: Runner) -> None:
        """Let ``best.pth``, which others start from, be the last epoch's."""
        folder = Path(runner.work_dir)
        # Not that of max_epochs: a hook may have ended the training before.
        last = folder / f'epoch_{runner.epoch}.pth'
        if last.exists():
            link_or_copy(last, folder / 'best.pth')
