"""The official stop rule in real runs."""

import math

import pytest
import torch
from mmengine.hooks import Hook
from mmengine.model import MMDistributedDataParallel
from tinyrebalancing import Maps, Stop, build, make_runner
from tworanks import on_two_ranks

from projects.balanced_mmtm.engine import FullAccuracyStopHook


class Scripted(Hook):
    """Writes the accuracies of each epoch's two steps, in place of the model's."""

    priority = 'HIGHEST'

    def __init__(self, *epochs):
        self.epochs = epochs

    def after_train_iter(self, runner, batch_idx, data_batch=None, outputs=None):
        right = self.epochs[runner.epoch]
        accuracy = float(right) if right else [0.75, 1.0][batch_idx]
        outputs['top1_acc'] = torch.tensor(accuracy)


def epochs_of(folder, *script, hooks=(), epochs=3, max_epochs=8, **kwargs):
    """After how many epochs a run ends in which these were all right."""
    runner = make_runner(
        folder,
        FullAccuracyStopHook(epochs),
        Scripted(*script),
        *hooks,
        train_cfg=dict(by_epoch=True, max_epochs=max_epochs),
        dataset=Maps(size=8),
        **kwargs,
    )
    runner.train()
    return runner.epoch


def test_counts_in_total_not_in_a_row(tmp_path):
    assert epochs_of(tmp_path, 1, 0, 1, 0, 0, 1, 1) == 6


def test_an_unknown_accuracy_is_not_full(tmp_path):
    assert epochs_of(tmp_path, math.nan, 1, 1, epochs=1, max_epochs=3) == 2


def test_count_survives_a_resume(tmp_path):
    script = (1, 0, 1, 1, 1, 1)
    assert epochs_of(tmp_path, *script, hooks=[Stop(3)]) == 3
    assert epochs_of(tmp_path, *script, resume=True) == 4
    # It has ended, and is not continued.
    assert epochs_of(tmp_path, *script, resume=True) == 4
    # Another run that starts from its weights counts anew.
    path = str(tmp_path / 'epoch_4.pth')
    assert epochs_of(tmp_path / 'new', *script, load_from=path) == 4


def _rank(rank, folder):
    # Wrong on one rank is wrong on both.
    script = [(1, 1, 0, 1), (1, 0, 1, 1)][rank]
    model = MMDistributedDataParallel(build(), device_ids=None)
    return epochs_of(folder, *script, epochs=2, max_epochs=4, model=model)


def test_all_processes_stop_together(tmp_path):
    assert on_two_ranks(_rank, tmp_path) == (4, 4)


def test_errors(tmp_path):
    with pytest.raises(ValueError, match='epochs is 0; set epochs >= 1'):
        FullAccuracyStopHook(0)
    runner = make_runner(tmp_path, FullAccuracyStopHook(monitor='top3_acc'))
    with pytest.raises(ValueError, match=r"looks at 'top3_acc', but .*'top1_acc'"):
        runner.train()
