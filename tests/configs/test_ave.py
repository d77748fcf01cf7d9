"""Every config of AVE trains and tests on a tree as published."""

import pytest
import torch
from mmaction.registry import MODELS
from mmengine.runner import Runner
from shrink import CONFIGS, load, run
from trees.ave import segments, write_tree

from mm_laziness.utils.config import resolve_config

NAMES = sorted(path.stem for path in CONFIGS.glob('*_ave.py'))
MODALITIES = ['rgb', 'audio']
# Modalities interact from the first epoch, since there is only one here.
EARLY = [dict(type='DIMMLHook', interaction_epoch=0)]
LOSSES = dict(
    audio={'loss_cls'},
    gblend_offline={'loss_cls', 'loss_rgb', 'loss_audio', 'blend_weight_audio'},
    umt={'loss_cls', 'loss_distill_rgb', 'loss_distill_audio'},
    di_mml={'loss_rgb', 'loss_audio', 'loss_shared_audio', 'loss_duc'},
    di_mml_stage2={'loss_cls'},
)
SECONDS = 4


@pytest.fixture(scope='module')
def data(tmp_path_factory):
    return write_tree(tmp_path_factory.mktemp('ave'), seconds=SECONDS, annotations=True)


@pytest.mark.parametrize('name', NAMES)
def test_config_trains_and_tests(data, tmp_path, name):
    method = name.removesuffix('_r18_ave')
    # No batch of one sample, whose norm layers would have nothing to compare.
    settings = dict(train_dataloader__drop_last=True)
    if method == 'di_mml':
        settings['custom_hooks'] = EARLY
    cfg = load(name, data, tmp_path, num_classes=3, **settings)
    for split in ('train', 'val', 'test'):
        # Quicker; what 10 s look like, others test below.
        pipeline = cfg[f'{split}_dataloader'].dataset.pipeline
        pipeline[2].branches.audio[0].clip_seconds = 1.0
    metrics, logged = run(cfg, tmp_path / 'run')
    names = [method] if method in MODALITIES else MODALITIES
    assert {f'acc/{each}_top1' for each in names} | {'acc/top1'} <= set(metrics)
    assert LOSSES.get(method, set()) <= set(logged)
    assert all(torch.tensor(value).isfinite() for value in logged.values())


def test_frames_and_sound_are_of_the_segment(data, tmp_path):
    cfg = resolve_config(load('joint_r18_ave', data, tmp_path))
    loader = cfg.test_dataloader
    assert loader.dataset.ann_file != cfg.val_dataloader.dataset.ann_file
    batch = next(iter(Runner.build_dataloader(loader)))
    frames, sound = (batch['inputs'][name][0] for name in MODALITIES)
    assert frames.shape == (4, 3, 32, 32)
    *_, start, end = segments(seconds=SECONDS)['test'][0]
    # The left edge of a picture brightens from 0 to 255 in the course of the video.
    times = frames[:, :, :, 0].float().mean(dim=(1, 2)) / 255 * SECONDS
    assert (times > start - 0.2).all()
    assert (times < end).all()
    assert sound.shape == (1, 160000)
    length = (end - start) * 16000
    torch.testing.assert_close(sound[:, :length], sound[:, length : 2 * length])
    inputs = MODELS.build(cfg.model.data_preprocessor)(batch, False)['inputs']
    spectrogram = inputs['audio'][0]
    assert spectrogram.shape == (1, 1, 1004, 257)
    # Unlike CREMA-D's: of mean 0 and deviation 1.
    assert spectrogram.mean().abs() < 1e-3
    assert abs(spectrogram.std() - 1) < 1e-3
