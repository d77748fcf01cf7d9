"""Every config of the project trains and tests, on small data of its kind."""

from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from shrink import load, run
from trees.modelnet40 import write_tree

import mm_laziness  # noqa: F401

pytest_plugins = ['tinyset']

CONFIGS = Path(__file__).parents[3] / 'projects' / 'balanced_mmtm' / 'configs'
METHODS = ['mmtm', 'mmtm_random', 'mmtm_guided', 'mmtm_rubi']
VIEWS = ['front', 'rear']


def test_every_method_has_a_config_of_both_data_sets():
    names = {path.stem for path in CONFIGS.glob('*.py')}
    data = ('r18_modelnet40', 'slim_avdigits')
    assert names == {f'{method}_{name}' for method in METHODS for name in data}


@pytest.fixture(scope='module')
def modelnet40(tmp_path_factory):
    root = tmp_path_factory.mktemp('modelnet40')
    return write_tree(root, train=2, test=1, annotations=True)


@pytest.mark.parametrize('method', METHODS)
def test_modelnet40(modelnet40, tmp_path, method):
    """Once with the official stop and plateau rules, an epoch of two or three steps."""
    name = f'{method}_r18_modelnet40'
    cfg = load(name, modelnet40, tmp_path, CONFIGS, num_classes=3)
    hook = cfg.custom_hooks[0]
    assert (hook.type, len(cfg.custom_hooks)) == ('RebalancingHook', 3)
    if hook.strategy != 'measure':
        hook.begin = 0  # there is one epoch only
    if method == 'mmtm_rubi':
        cfg.model.cls_head.hidden_channels = (8,)
    metrics, logged = run(cfg, tmp_path / 'run')
    assert {'acc/top1', *(f'acc/{view}_top1' for view in VIEWS)} <= set(metrics)
    losses = {name for name in logged if name.startswith('loss_')}
    if method == 'mmtm_rubi':
        assert losses == {'loss_cls', *(f'loss_biased_{view}' for view in VIEWS)}
    else:
        assert losses == {f'loss_{view}' for view in VIEWS}
    for view in VIEWS:
        assert logged[f'rebalanced_{view}'] in (0.0, 1.0)
        assert torch.tensor(logged[f'speed_{view}']).isfinite()
    assert metrics['train/loss'] > 0
    assert all(torch.tensor(value).isfinite() for value in logged.values())
    assert cfg.optim_wrapper.optimizer == dict(type='SGD', lr=0.1)


@pytest.mark.parametrize('method', METHODS)
def test_demo_data(tiny, tmp_path, method):
    """A user's config on top of the project's."""
    path = tmp_path / 'mine.py'
    top = dict(num_classes=3, data_root=str(tiny.data))
    lines = [f'_base_ = {str(CONFIGS / f"{method}_slim_avdigits.py")!r}']
    lines += [f'{key} = {value!r}' for key, value in top.items()]
    path.write_text('\n'.join(lines) + '\n')
    cfg = Config.fromfile(path)
    cfg.train_dataloader.batch_size = 6
    for loader in (cfg.train_dataloader, cfg.val_dataloader, cfg.test_dataloader):
        loader.update(num_workers=0, persistent_workers=False)
    if cfg.custom_hooks[0].strategy != 'measure':
        cfg.custom_hooks[0].begin = 0
    metrics, logged = run(cfg, tmp_path / 'run')
    assert {'acc/top1', 'acc/rgb_top1', 'acc/audio_top1'} <= set(metrics)
    assert ('loss_biased_audio' in logged) == (method == 'mmtm_rubi')
    assert 'loss_biased_rgb' not in logged
    assert {'speed_rgb', 'speed_audio'} <= set(logged)
    assert all(torch.tensor(value).isfinite() for value in logged.values())
