"""What a study watches in each of its runs."""

import time
from collections.abc import Callable

from mmengine.hooks import Hook
from mmengine.runner import Runner


class StudyHook(Hook):
    """Report progress, count seconds, and keep the metrics of the last validation."""

    def __init__(self, on_epoch: Callable[[], None] | None) -> None:
        self.on_epoch = on_epoch
        self.metrics: dict = {}
        self.start, self.before = time.perf_counter(), 0.0

    def seconds(self) -> float:
        """Seconds of this run and of those that it resumes."""
        return self.before + time.perf_counter() - self.start

    def before_save_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Let the seconds survive an interruption."""
        checkpoint['meta']['seconds'] = self.seconds()

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Add the seconds before an interruption."""
        if runner.cfg.resume:
            self.before = checkpoint['meta'].get('seconds', 0.0)

    def after_train_epoch(self, runner: Runner) -> None:
        """Tell that an epoch is over."""
        if self.on_epoch:
            self.on_epoch()

    def after_val_epoch(self, runner: Runner, metrics: dict | None = None) -> None:
        """Keep the metrics of the last epoch; earlier ones choose nothing."""
        if runner.epoch >= runner.max_epochs:
            self.metrics = dict(metrics or {})
