"""Models that stock MMAction2 trained: its configs, narrow, on the tiny data set.

A pytest plugin beside ``tinyset``: the fixture ``zoo`` trains each kind once, with
MMEngine's own Runner.
"""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.runner import Runner
from tinyset import CLASSES, quick_runs

from mm_laziness.compat import load_checkpoint_file
from mm_laziness.utils.config_files import find_config

CONFIGS = dict(
    slowonly='slowonly_r50_8xb16-4x16x1-256e_kinetics400-rgb',
    slowfast='slowfast_r50_8xb8-4x16x1-256e_kinetics400-rgb',
    tsn='tsn_imagenet-pretrained-r50_8xb32-1x1x3-100e_kinetics400-rgb',
    audio='audioonly_r50_8xb160-64x1x1-100e_kinetics400-audio-feature',
)
NARROW = dict(
    slowonly=dict(backbone=dict(depth=18, base_channels=8), width=64),
    slowfast=dict(
        backbone=dict(
            slow_pathway=dict(depth=18, base_channels=16),
            fast_pathway=dict(depth=18, base_channels=2),
            resample_rate=2,
            speed_ratio=2,
        ),
        width=144,
    ),
    tsn=dict(backbone=dict(depth=18, pretrained=None), width=512),
    audio=dict(backbone=dict(base_channels=4), width=128),
)
# What an encoder of each kind is given: one clip of two views.
SHAPES = dict(
    slowonly=(2, 3, 4, 32, 32),
    slowfast=(2, 3, 8, 32, 32),
    tsn=(2, 3, 32, 32),
    audio=(2, 1, 32, 80),
)
_SMALLER = dict(
    Resize=lambda step: dict(scale=(32, 32) if 224 in step['scale'] else (-1, 36)),
    CenterCrop=lambda _: dict(crop_size=32),
    ThreeCrop=lambda _: dict(crop_size=36),
    MultiScaleCrop=lambda _: dict(input_size=32),
    SampleFrames=lambda step: dict(
        clip_len=min(step['clip_len'], 8),
        frame_interval=1,
        num_clips=min(step['num_clips'], 3),
    ),
)


class Zoo:
    """Configs and checkpoints by kind; ``folder`` holds both."""

    def __init__(self, folder, data):
        self.folder, self.data = folder, data
        self._trained = {}

    def config(self, kind):
        """A stock config with a narrow model and the tiny data set."""
        cfg = Config.fromfile(find_config(f'mmaction::{CONFIGS[kind]}'))
        narrow = NARROW[kind]
        head = dict(num_classes=CLASSES, in_channels=narrow['width'])
        cfg.merge_from_dict(
            dict(model=dict(backbone=narrow['backbone'], cls_head=head))
        )
        for split in ('train', 'val', 'test'):
            loader = cfg[f'{split}_dataloader']
            loader.update(batch_size=4, num_workers=0, persistent_workers=False)
            self._point(loader.dataset, 'train' if split == 'train' else 'test')
        cfg.train_cfg = dict(type='IterBasedTrainLoop', max_iters=1, val_interval=9)
        # Warm-up would begin at a rate that changes nothing.
        cfg.param_scheduler = []
        cfg.optim_wrapper.optimizer.lr = 0.01
        cfg.default_hooks.checkpoint = dict(type='CheckpointHook', by_epoch=False)
        cfg.default_hooks.logger.interval = 1
        cfg.randomness = dict(seed=0)
        cfg.work_dir = str(self.folder / kind)
        return cfg

    def _point(self, dataset, split):
        dataset.ann_file = str(self.data / f'{split}.txt')
        dataset.data_prefix = dict(video=str(self.data))
        for step in dataset.pipeline:
            step.update(_SMALLER.get(step['type'], lambda _: {})(step))
        if dataset.type == 'AudioDataset':
            # The stock config's own argument, which its data set does not take.
            del dataset['suffix']
            lines = (self.data / f'{split}.txt').read_text().splitlines()
            random = np.random.default_rng(0)
            rows = []
            for line in lines:
                video, label = line.split()
                path = (self.folder / video).with_suffix('.npy')
                path.parent.mkdir(exist_ok=True)
                np.save(path, random.random((64, 80), np.float32))
                rows.append(f'{path} 64 {label}')
            dataset.ann_file = str(self.folder / f'{split}_features.txt')
            (self.folder / f'{split}_features.txt').write_text('\n'.join(rows))
            dataset.data_prefix = dict(audio='')

    def trained(self, kind):
        """Config, its file, checkpoint and network of a kind; the first call trains."""
        if kind not in self._trained:
            cfg = self.config(kind)
            path = self.folder / f'{kind}.py'
            cfg.dump(path)
            with quick_runs():
                Runner.from_cfg(cfg.copy()).train()
            checkpoint = self.folder / kind / 'iter_1.pth'
            net = MODELS.build(cfg.model)
            net.load_state_dict(load_checkpoint_file(checkpoint)['state_dict'])
            self._trained[kind] = SimpleNamespace(
                cfg=cfg, config=str(path), checkpoint=str(checkpoint), net=net.eval()
            )
        return self._trained[kind]


def views(kind, samples=2, seed=0):
    """Inputs (samples, views, ...) as an encoder of this kind takes them."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randn((samples, *SHAPES[kind]), generator=generator)


@pytest.fixture(scope='session')
def zoo(tiny, tmp_path_factory):
    return Zoo(tmp_path_factory.mktemp('zoo'), tiny.data)
