"""DI-MML on a data set of its paper: stage 1, separation of dimensions, stage 2."""

import torch
from shrink import load
from tinyset import quick_runs
from trees.ucf101 import write_tree

from mm_laziness.compat import load_checkpoint_file
from mm_laziness.utils.cli import build_runner


def train(name, data, folder, epochs, **settings):
    """Train a shrunk config in its work folder; return its runner."""
    # Finds what other configs have trained in ``folder``.
    cfg = load(name, data, folder, num_classes=3, **settings)
    cfg.work_dir = str(folder / name)
    cfg.launcher = 'none'
    cfg.randomness = dict(seed=0)
    cfg.train_cfg.max_epochs = epochs
    cfg.train_dataloader.drop_last = True
    cfg.experiment_name = f'{name}_{id(cfg)}'
    with quick_runs():
        runner = build_runner(cfg)
        runner.train()
    return runner


def test_stage_two_starts_from_stage_one(tmp_path):
    data = write_tree(tmp_path / 'data', annotations=True)
    work_dirs = tmp_path / 'work_dirs'
    hooks = [dict(type='DIMMLHook', interaction_epoch=1)]
    train('di_mml_r18_ucf101', data, work_dirs, 2, custom_hooks=hooks)
    first = work_dirs / 'di_mml_r18_ucf101'
    before, after = (
        load_checkpoint_file(first / f'epoch_{epoch}.pth')['state_dict']
        for epoch in (1, 2)
    )
    assert not before['cls_head.dimensions.separated']
    assert after['cls_head.dimensions.separated']
    for name in ('rgb', 'flow'):
        assert 0 < after[f'cls_head.dimensions.{name}'].sum() < 64

    best = load_checkpoint_file(first / 'best.pth')['state_dict']
    runner = train('di_mml_stage2_r18_ucf101', data, work_dirs, 1)
    second = runner.model.state_dict()
    for key, value in best.items():
        if key.startswith(('encoders.', 'cls_head.unimodal_classifiers.')):
            assert torch.equal(second[key], value)
    assert second['cls_head.fc_cls.weight'].shape == (3, 128)
    scores = runner.message_hub.log_scalars
    expected = ('top1', 'rgb_top1', 'flow_top1', 'fused_only_top1')
    assert {f'val/acc/{name}' for name in expected} <= set(scores)
