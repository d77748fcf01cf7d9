"""Hooks that stop or hold up a run; imported by a config's ``custom_imports``.

A command line adds them: ``--cfg-options default_hooks.stop.type=StopAfterEpoch``.
"""

import time

from mmaction.registry import HOOKS
from mmengine.hooks import Hook


@HOOKS.register_module()
class StopAfterEpoch(Hook):
    """End a run after some epochs, with the schedule of the whole one."""

    def __init__(self, epochs):
        self.epochs = epochs

    def after_train_epoch(self, runner):
        if runner.epoch + 1 == self.epochs:
            runner.train_loop.stop_training = True


@HOOKS.register_module()
class HangInLastEpoch(Hook):
    """Let a run that is to be killed not end before."""

    priority = 'LOWEST'

    def after_train_iter(self, runner, *args, **kwargs):
        if runner.epoch + 1 == runner.max_epochs:
            time.sleep(120)
