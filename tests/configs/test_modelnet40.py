"""Every config of ModelNet40 trains and tests on a tree as published."""

import pytest
import torch
from mmengine.runner import Runner
from shrink import CONFIGS, load, run
from trees.modelnet40 import view_of, write_tree

from mm_laziness.utils.config import resolve_config

NAMES = sorted(path.stem for path in CONFIGS.glob('*_modelnet40.py'))
VIEWS = ['front', 'rear']
# Modalities interact from the first epoch, since there is only one here.
EARLY = [dict(type='DIMMLHook', interaction_epoch=0)]
LOSSES = dict(
    front={'loss_cls'},
    umt={'loss_cls', 'loss_distill_front', 'loss_distill_rear'},
    di_mml={'loss_front', 'loss_rear', 'loss_shared_front', 'loss_duc'},
    di_mml_stage2={'loss_cls'},
)


@pytest.fixture(scope='module')
def data(tmp_path_factory):
    root = tmp_path_factory.mktemp('modelnet40')
    return write_tree(root, train=2, test=1, annotations=True)


@pytest.mark.parametrize('name', NAMES)
def test_config_trains_and_tests(data, tmp_path, name):
    method = name.removesuffix('_r18_modelnet40')
    settings = dict(custom_hooks=EARLY) if method == 'di_mml' else {}
    cfg = load(name, data, tmp_path, num_classes=3, **settings)
    metrics, logged = run(cfg, tmp_path / 'run')
    views = [method] if method in VIEWS else VIEWS
    assert {f'acc/{view}_top1' for view in views} | {'acc/top1'} <= set(metrics)
    assert LOSSES.get(method, set()) <= set(logged)
    assert all(torch.tensor(value).isfinite() for value in logged.values())


def test_pictures_are_the_two_views_as_they_are(data, tmp_path):
    cfg = resolve_config(load('joint_r18_modelnet40', data, tmp_path))
    loader = cfg.test_dataloader
    loader.batch_size = 1
    batch = next(iter(Runner.build_dataloader(loader)))
    for number, view in zip((1, 7), VIEWS, strict=True):
        (picture,) = batch['inputs'][view]
        assert picture.shape == (1, 3, 32, 32)
        # How wide the object is tells the view; the first class is black.
        dark = (picture[0, 0] < 128).sum(dim=1).max()
        assert dark == 2 + number
    sample = batch['data_samples'][0]
    assert sample.filename.endswith(view_of('airplane', 'test', 'airplane_0003', 1))
