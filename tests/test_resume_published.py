"""Runs on published layouts resume bit for bit, with what their configs add.

Flow in folders and a schedule that learns from validation; still views without a frame
sampler. The uninterrupted run loads data itself, the others with two workers.
"""

import pytest
import torch
from interruptions import FALLING, assert_equal, trained
from shrink import load
from tinyset import quick_runs
from trees import modelnet40, ucf101

from mm_laziness.utils.cli import build_runner

INTERACTING = [dict(type='DIMMLHook', interaction_epoch=1)]
CASES = dict(
    joint_r18_ucf101=(ucf101, dict(param_scheduler=[FALLING])),
    di_mml_r18_modelnet40=(modelnet40, dict(custom_hooks=INTERACTING)),
)


def train(name, root, folder, run, workers=0, stop=None, resume=False, **settings):
    cfg = load(name, root, folder, num_classes=3, **settings)
    cfg.train_dataloader.num_workers = workers
    cfg.train_cfg.update(max_epochs=3, val_interval=1)
    cfg.default_hooks.checkpoint.max_keep_ckpts = -1
    if stop:
        cfg.default_hooks.stop = dict(type='StopAfterEpoch', epochs=stop)
    cfg.update(work_dir=str(folder / run), launcher='none', resume=resume)
    cfg.update(randomness=dict(seed=7 if resume else 0))
    cfg.experiment_name = f'{name}_{run}_{resume}'
    with quick_runs():
        build_runner(cfg).train()


@pytest.mark.parametrize('name', CASES)
def test_resumed_run_equals_the_uninterrupted_one(tmp_path, name):
    tree, settings = CASES[name]
    root = tree.write_tree(tmp_path / 'data', annotations=True)
    run = dict(name=name, root=root, folder=tmp_path, **settings)
    train(run='whole', **run)
    train(run='cut', workers=2, stop=2, **run)
    torch.rand(5)
    train(run='cut', workers=2, resume=True, **run)
    first, before, last = (
        trained(tmp_path / f'whole/epoch_{epoch}.pth') for epoch in (1, 2, 3)
    )
    assert_equal(trained(tmp_path / 'cut/epoch_2.pth'), before)
    assert_equal(trained(tmp_path / 'cut/epoch_3.pth'), last)
    with pytest.raises(AssertionError):
        assert_equal(before['state_dict'], last['state_dict'])
    if 'param_scheduler' in settings:
        rates = [each['optimizer']['param_groups'][0]['lr'] for each in (first, before)]
        assert rates[1] == pytest.approx(0.1 * rates[0])
