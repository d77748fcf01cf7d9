"""Every config of UCF101 trains and tests on a tree as published."""

import cv2
import numpy as np
import pytest
import torch
from mmaction.registry import MODELS
from mmengine.runner import Runner
from shrink import CONFIGS, load, run
from trees.ucf101 import write_tree

from mm_laziness.utils.config import resolve_config

NAMES = sorted(path.stem for path in CONFIGS.glob('*_ucf101.py'))
MODALITIES = ['rgb', 'flow']
# Modalities interact from the first epoch, since there is only one here.
EARLY = [dict(type='DIMMLHook', interaction_epoch=0)]
LOSSES = dict(
    flow={'loss_cls'},
    aux_ce={'loss_cls', 'loss_rgb', 'loss_flow'},
    gblend_offline={'loss_cls', 'loss_rgb', 'loss_flow', 'blend_weight_flow'},
    umt={'loss_cls', 'loss_distill_rgb', 'loss_distill_flow'},
    di_mml={'loss_rgb', 'loss_flow', 'loss_shared_flow', 'loss_duc'},
    di_mml_stage2={'loss_cls'},
)


@pytest.fixture(scope='module')
def data(tmp_path_factory):
    return write_tree(tmp_path_factory.mktemp('ucf101'), annotations=True)


@pytest.mark.parametrize('name', NAMES)
def test_config_trains_and_tests(data, tmp_path, name):
    method = name.removesuffix('_r18_ucf101')
    # No batch of one sample, whose norm layers would have nothing to compare.
    settings = dict(train_dataloader__drop_last=True)
    if method == 'di_mml':
        settings['custom_hooks'] = EARLY
    cfg = load(name, data, tmp_path, num_classes=3, **settings)
    metrics, logged = run(cfg, tmp_path / 'run')
    names = [method] if method in MODALITIES else MODALITIES
    assert {f'acc/{each}_top1' for each in names} | {'acc/top1'} <= set(metrics)
    assert LOSSES.get(method, set()) <= set(logged)
    assert all(torch.tensor(value).isfinite() for value in logged.values())


def batch_of(name, data, folder, split='train'):
    cfg = resolve_config(load(name, data, folder))
    loader = cfg[f'{split}_dataloader']
    loader.sampler.shuffle = False
    return next(iter(Runner.build_dataloader(loader))), cfg


def test_pictures_and_flow_are_cropped_and_flipped_alike(tmp_path):
    root = write_tree(tmp_path / 'data', annotations=True)
    # Grey slopes, the same in all pictures, frames and flow alike.
    slope = np.tile(np.linspace(40, 200, 40).astype(np.uint8), (32, 1))
    for file in root.glob('*/**/frame*.jpg'):
        picture = slope if 'tvl1_flow' in str(file) else np.stack([slope] * 3, -1)
        cv2.imwrite(str(file), picture)
    cfg = resolve_config(load('joint_r18_ucf101', root, tmp_path))
    dataset = Runner.build_dataloader(cfg.train_dataloader).dataset
    flipped = set()
    for seed in range(8):
        np.random.seed(seed)
        inputs = dataset[0]['inputs']
        picture, flow = (inputs[name].int() for name in MODALITIES)
        assert picture.shape == (1, 3, 32, 32)
        assert flow.shape == (1, 20, 32, 32)
        backwards = bool((picture[0, 0, :, 0] > picture[0, 0, :, -1]).all())
        flipped.add(backwards)
        across, down = flow[0, 0::2], flow[0, 1::2]
        assert (down - picture[0, 0]).abs().max() < 8
        # Flipped flow goes the other way.
        expected = 255 - picture[0, 0] if backwards else picture[0, 0]
        assert (across - expected).abs().max() < 8
    assert flipped == {True, False}


def test_testing_resizes_whole_pictures(data, tmp_path):
    batch, _ = batch_of('joint_r18_ucf101', data, tmp_path, 'test')
    assert batch['inputs']['rgb'][0].shape == (1, 3, 32, 32)
    assert batch['inputs']['flow'][0].shape == (1, 20, 32, 32)


def test_di_mml_averages_the_frames_of_the_flow(data, tmp_path):
    batch, cfg = batch_of('joint_di_mml_r18_ucf101', data, tmp_path)
    model = MODELS.build(cfg.model).eval()
    inputs = model.data_preprocessor(batch, False)['inputs']
    assert inputs['flow'].shape == (2, 10, 2, 32, 32)
    with torch.no_grad():
        feats = model.extract_feat(inputs)
        frames = model.encoders['flow'](inputs['flow'][0]).mean(dim=(0, 2, 3))
    assert {name: feat.shape for name, feat in feats.items()} == dict.fromkeys(
        MODALITIES, (2, 64)
    )
    torch.testing.assert_close(feats['flow'][0], frames)
