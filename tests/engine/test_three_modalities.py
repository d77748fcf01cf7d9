"""Frames, flow and sound of folders and wav files, trained in all ways together."""

import pytest
import torch
from avdata import build, pipeline
from interruptions import FALLING, StopAfterEpoch, assert_equal, trained
from media import tone, write_flow, write_frames, write_sound
from mmaction.registry import MODELS
from mmengine.model import MMDistributedDataParallel
from tworanks import on_two_ranks

from mm_laziness.engine import RandomStateHook

NAMES = ('rgb', 'flow', 'audio')
CHANNELS = dict(rgb=3, flow=8, audio=1)
SPATIAL = [
    dict(type='RandomCrop', size=16),
    dict(type='Flip', flip_ratio=0.5),
    dict(type='FormatShape', input_format='NCHW'),
]
BRANCHES = dict(
    rgb=[dict(type='RawFrameDecode'), *SPATIAL],
    flow=[dict(type='LoadFlowStack', length=4), *SPATIAL],
    audio=[
        dict(type='LoadAudioClips', sample_rate=8000, clip_seconds=0.5),
        dict(type='RollAudio'),
    ],
)
AMP = dict(type='CpuAmpOptimWrapper', accumulative_counts=2)


@pytest.fixture(scope='module')
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp('three')
    rows = ['label,rgb,flow,audio,total_frames']
    for number in range(8):
        draw = torch.Generator().manual_seed(number)
        shape = (10, 20, 24, 3)
        frames = torch.randint(256, shape, generator=draw, dtype=torch.uint8).numpy()
        write_frames(root / f'{number}', frames)
        write_flow(root / f'{number}', frames[:-1, ..., :2])
        write_sound(root / f'{number}.wav', tone(1.0, frequency=300.0 + 50 * number))
        rows.append(f'{number % 3},{number},{number},{number}.wav,10')
    (root / 'list.csv').write_text('\n'.join(rows))
    return root


def model():
    torch.manual_seed(0)
    encoder = dict(type='SlimResNet', base_channels=8, stage_blocks=(1,))
    return MODELS.build(
        dict(
            type='LateFusionRecognizer',
            encoders={
                name: dict(encoder, in_channels=CHANNELS[name]) for name in NAMES
            },
            cls_head=dict(
                type='LinearFusionHead',
                num_classes=3,
                in_channels=dict.fromkeys(NAMES, 8),
                unimodal_loss_weights=dict.fromkeys(NAMES, 0.5),
            ),
            data_preprocessor=dict(
                type='MultiModalDataPreprocessor',
                preprocessors=dict(
                    rgb=dict(
                        type='ActionDataPreprocessor',
                        mean=[128.0],
                        std=[64.0],
                        format_shape='NCHW',
                    ),
                    flow=dict(type='FlowDataPreprocessor'),
                    audio=dict(
                        type='SpectrogramPreprocessor', sample_rate=8000, time_mask=4
                    ),
                ),
            ),
        )
    )


def train(toy, root, folder, stop=None, wrap=lambda model: model, workers=0, **kwargs):
    dataset = build(
        root,
        'list.csv',
        pipeline=pipeline(
            BRANCHES,
            [dict(type='SampleFrames', clip_len=1, num_clips=2)],
            share_random=['rgb', 'flow'],
        ),
        filename_tmpl=dict(rgb='img_{:05}.png', flow='flow_{}_{:05}.png'),
        fps=10,
    )
    runner = toy.runner(
        scores=[0.5, 0.5, 0.5][kwargs.pop('validated', 0) :],
        model=wrap(model()),
        work_dir=str(folder),
        train_dataloader=toy.loader(dataset, batch_size=2, num_workers=workers),
        train_cfg=dict(by_epoch=True, max_epochs=3, val_interval=1),
        val_dataloader=toy.loader(shuffle=False),
        param_scheduler=FALLING,
        default_hooks=dict(checkpoint=dict(type='BestCheckpointHook', interval=1)),
        hooks=[RandomStateHook(), StopAfterEpoch(stop)],
        **kwargs,
    )
    # The scores are scripted: no sample need be predicted.
    runner.model.val_step = lambda data: data['data_samples']
    toy.train(runner)
    return runner


def _rank(_, toy, root, folder, **kwargs):
    def wrap(model):
        return MMDistributedDataParallel(model, device_ids=None)

    train(toy, root, folder, wrap=wrap, **kwargs)


@pytest.mark.parametrize('ranks, wrapper', [(1, AMP), (2, {})])
def test_resumed_run_equals_the_uninterrupted_one(toy, root, tmp_path, ranks, wrapper):
    def run(folder, **kwargs):
        optimizer = dict(type='SGD', lr=0.1, momentum=0.9)
        kwargs['optim_wrapper'] = dict(wrapper, optimizer=optimizer)
        if ranks == 2:
            on_two_ranks(_rank, toy, root, tmp_path / folder, **kwargs)
        else:
            train(toy, root, tmp_path / folder, **kwargs)

    run('whole')
    run('cut', stop=2, workers=2)
    run('cut', resume=True, validated=2)
    epochs = [trained(tmp_path / f'whole/epoch_{epoch}.pth') for epoch in (1, 2, 3)]
    rates = [each['optimizer']['param_groups'][0]['lr'] for each in epochs]
    assert rates == pytest.approx([0.1, 0.01, 0.01])
    for epoch in (2, 3):
        cut = trained(tmp_path / f'cut/epoch_{epoch}.pth')
        assert_equal(cut, epochs[epoch - 1])
    for first, second in ((0, 1), (1, 2)):
        for name in NAMES:
            key = f'encoders.{name}.stem.0.weight'
            one, other = (epochs[n]['state_dict'][key] for n in (first, second))
            assert one.isfinite().all() and not torch.equal(one, other)
