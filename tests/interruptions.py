"""Hooks that stop or hold up a run, and what a resumed one must equal.

Imported by a config's ``custom_imports``; a command line adds the hooks:
``--cfg-options default_hooks.stop.type=StopAfterEpoch``.
"""

import time

import torch
from mmaction.registry import HOOKS
from mmengine.hooks import Hook

from mm_laziness.compat import load_checkpoint_file

# Its rate falls after each validation but the first: nothing is 10 times as good.
FALLING = dict(
    type='ReduceOnPlateauLR',
    monitor='acc/top1',
    rule='greater',
    factor=0.1,
    patience=0,
    threshold=9.0,
)


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


def trained(checkpoint):
    """All in a checkpoint that training changes."""
    found = load_checkpoint_file(checkpoint)
    blending = found['message_hub']['runtime_info'].get('gradient_blending')
    parts = {key: found[key] for key in ('state_dict', 'optimizer', 'param_schedulers')}
    return dict(parts, blending=blending)


def assert_equal(first, second):
    """Bit for bit, whatever dicts and lists hold."""
    assert type(first) is type(second)
    if isinstance(first, torch.Tensor):
        assert torch.equal(first, second)
    elif isinstance(first, dict):
        assert list(first) == list(second)
        assert_equal([*first.values()], [*second.values()])
    elif isinstance(first, list | tuple):
        assert len(first) == len(second)
        for one, other in zip(first, second, strict=True):
            assert_equal(one, other)
    else:
        assert first == second
