"""Every config of CREMA-D trains and tests on a tree as published."""

import pytest
import torch
from mmaction.registry import MODELS
from mmengine.runner import Runner
from shrink import CONFIGS, load, run
from trees.cremad import clips, write_tree

from mm_laziness.utils.config import resolve_config

NAMES = sorted(path.stem for path in CONFIGS.glob('*_cremad.py'))
MODALITIES = ['rgb', 'audio']
# Modalities interact from the first epoch, since there is only one here.
EARLY = [dict(type='DIMMLHook', interaction_epoch=0)]
LOSSES = dict(
    rgb={'loss_cls'},
    gblend_offline={'loss_cls', 'loss_rgb', 'loss_audio', 'blend_weight_audio'},
    umt={'loss_cls', 'loss_distill_rgb', 'loss_distill_audio'},
    di_mml={'loss_rgb', 'loss_audio', 'loss_shared_audio', 'loss_duc'},
    di_mml_stage2={'loss_cls'},
)
TREE = dict(actors=2, each=2, seconds=1.5)


@pytest.fixture(scope='module')
def data(tmp_path_factory):
    return write_tree(tmp_path_factory.mktemp('cremad'), **TREE, annotations=True)


@pytest.mark.parametrize('name', NAMES)
def test_config_trains_and_tests(data, tmp_path, name):
    method = name.removesuffix('_r18_cremad')
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


@pytest.mark.parametrize('split', ['train', 'test'])
def test_three_frames_and_the_whole_sound_repeated(data, tmp_path, split):
    cfg = resolve_config(load('joint_r18_cremad', data, tmp_path))
    loader = cfg[f'{split}_dataloader']
    loader.sampler.shuffle = False
    batch = next(iter(Runner.build_dataloader(loader)))
    frames, sound = (batch['inputs'][name][0] for name in MODALITIES)
    assert frames.shape == (3, 3, 32, 32)
    assert sound.shape == (1, 160000)
    # Of 1.5 s at 16 kHz.
    torch.testing.assert_close(sound[:, :24000], sound[:, 24000:48000])
    assert sound[0, :24000].abs().max() > 0.1
    label, _ = clips(2, ('NEU', 'HAP', 'SAD'))[split][0]
    assert batch['data_samples'][0].gt_label == label


def test_spectrograms_are_those_of_the_official_code(data, tmp_path):
    cfg = resolve_config(load('joint_r18_cremad', data, tmp_path))
    preprocessor = MODELS.build(cfg.model.data_preprocessor)
    batch = next(iter(Runner.build_dataloader(cfg.test_dataloader)))
    inputs = preprocessor(batch, False)['inputs']
    assert inputs['audio'].shape == (2, 1, 1, 1004, 257)
    assert inputs['rgb'].shape == (2, 3, 3, 32, 32)


def test_broken_recordings_are_skipped_in_training_and_blank_in_testing(tmp_path):
    root = write_tree(tmp_path / 'data', **TREE, annotations=True)
    for split, samples in clips(2, ('NEU', 'HAP', 'SAD')).items():
        clip = samples[0][1]
        (root / 'VideoFlash' / f'{clip}.flv').write_bytes(b'')
        (root / 'AudioWAV' / f'{clip}.wav').unlink()
        cfg = resolve_config(load('joint_r18_cremad', root, tmp_path))
        loader = cfg[f'{split}_dataloader']
        loader.sampler.shuffle = False
        batch = next(iter(Runner.build_dataloader(loader)))
        assert batch['data_samples'][0].faults
        blank = [not batch['inputs'][name][0].any() for name in MODALITIES]
        assert blank == [split == 'test'] * 2
