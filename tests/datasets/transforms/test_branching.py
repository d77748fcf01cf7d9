"""How branches follow the clock: by index or in seconds."""

import weakref

import numpy as np
import pytest
from avdata import build, pipeline
from media import tone, write_flow, write_frames, write_sound, write_video
from mmaction.registry import TRANSFORMS

from mm_laziness.datasets.transforms import PerModality

RAW = [dict(type='RawFrameDecode'), dict(type='FormatShape', input_format='NCHW')]
STACK = [
    dict(type='LoadFlowStack', length=1),
    dict(type='FormatShape', input_format='NCHW'),
]
READ = [dict(type='DecordDecode'), dict(type='FormatShape', input_format='NCHW')]
SAMPLE = dict(type='SampleFrames', clip_len=1, num_clips=3, test_mode=True)
SOUND = [dict(type='LoadAudioClips', sample_rate=16000, clip_seconds=0.25)]
COUNT = 12


@pytest.fixture
def root(tmp_path):
    """Frames and flow whose value is 20 times their index; flow ends one earlier."""
    levels = 20 * np.arange(COUNT, dtype=np.uint8)[:, None, None, None]
    frames = np.broadcast_to(levels, (COUNT, 32, 32, 3))
    write_frames(tmp_path / 'frames/v', frames, first=0)
    write_frames(tmp_path / 'slow/v', frames[::4])
    write_flow(tmp_path / 'flow/v', frames[:-1, ..., :2], first=5)
    write_video(tmp_path / 'videos/v.mp4', frames, 8, tone(1.5))
    write_sound(tmp_path / 'wavs/v.wav', np.arange(24000) / 24000)
    rows = ['label,rgb,flow', '0,v,v']
    (tmp_path / 'list.csv').write_text('\n'.join(rows))
    return tmp_path


def load(root, branches, shared, rows=None, **settings):
    """Values of the top left pixels (or the sound) by modality."""
    settings.setdefault('filename_tmpl', dict(rgb='img_{:05}.png'))
    settings['filename_tmpl'].setdefault('flow', 'flow_{}_{:05}.png')
    settings.setdefault('data_prefix', dict(rgb='frames', flow='flow'))
    if rows:
        (root / 'list.csv').write_text('\n'.join(rows))
    dataset = build(
        root, 'list.csv', pipeline=pipeline(branches, shared), clock='rgb', **settings
    )
    return {name: t[..., 0, 0] for name, t in dataset[0]['inputs'].items()}


@pytest.mark.parametrize('flow', [RAW, STACK])
def test_folders_follow_by_index_and_need_no_rate(root, flow):
    rows = ['label,rgb,flow,total_frames', f'0,v,v,{COUNT}']
    # Middles of three parts: frames 2, 6 and 10; numbers count from 0 and 5.
    shared, starts = [SAMPLE], dict(rgb=0, flow=5)
    loaded = load(root, dict(rgb=RAW, flow=flow), shared, rows, start_index=starts)
    assert loaded['rgb'][:, 0].tolist() == [40, 120, 200]
    assert loaded['flow'].tolist() == [[40, 40], [120, 120], [200, 200]]


def test_flow_follows_a_reader_by_index(root):
    shared = [dict(type='OpenFrames'), SAMPLE]
    loaded = load(root, dict(rgb=READ, flow=STACK), shared)
    assert loaded['rgb'][:, 0].tolist() == [40, 120, 200]
    assert loaded['flow'][:, 0].tolist() == [40, 120, 200]
    # The annotation counts no frames here, so that numbers would count from 0.
    with pytest.raises(FileNotFoundError, match='flow_x_00002'):
        load(root, dict(rgb=READ, flow=RAW), shared)
    shared = [dict(type='DecordInit'), SAMPLE]
    prefix = dict(rgb='videos', flow='flow')
    rows = ['label,rgb,flow', '0,v.mp4,v']
    loaded = load(root, dict(rgb=READ, flow=STACK), shared, rows, data_prefix=prefix)
    assert loaded['flow'][:, 0].tolist() == [40, 120, 200]


def test_counted_frames_of_a_clock_that_is_read(root):
    # The column says 9 of the 12 frames: middles 1, 4 and 7.
    shared = [dict(type='OpenFrames'), SAMPLE]
    starts = dict(flow=5)
    branches = dict(rgb=READ, flow=RAW, zoom=READ)
    rows = ['label,rgb,flow,zoom,total_frames', '0,v,v,v,9']
    loaded = load(
        root,
        branches,
        shared,
        rows,
        start_index=starts,
        data_prefix=dict(rgb='frames', flow='flow', zoom='frames'),
        filename_tmpl=dict(rgb='img_{:05}.png', zoom='img_{:05}.png'),
    )
    for name in branches:
        assert loaded[name][:, 0].tolist() == [20, 80, 140]


def test_a_reader_of_its_own_follows_in_seconds(root):
    rows = ['label,rgb,rear', '0,v,v']
    settings = dict(
        rows=rows,
        data_prefix=dict(rgb='frames', rear='slow'),
        filename_tmpl=dict(rgb='img_{:05}.png', rear='img_{:05}.png'),
    )
    branches = dict(rgb=READ, rear=[dict(type='OpenFrames'), *READ])
    shared = [dict(type='OpenFrames'), SAMPLE]
    loaded = load(root, branches, shared, fps=dict(rgb=8, rear=2), **settings)
    # Frames 2, 6 and 10 are at 0.25, 0.75 and 1.25 s, between two of the slow ones:
    # 0.5, 1.5 and 2.5, which round to even.
    assert loaded['rear'][:, 0].tolist() == [0, 160, 160]
    for fps in (None, dict(rgb=8), dict(rear=2)):
        with pytest.raises(ValueError, match='give the rate of extracted frames as fp'):
            load(root, branches, shared, fps=fps, **settings)


def test_sound_beside_frames_needs_their_rate(root):
    rows = ['label,rgb,audio,total_frames', f'0,v,v.wav,{COUNT}']
    settings = dict(rows=rows, data_prefix=dict(rgb='frames', audio='wavs'))
    branches = dict(rgb=RAW, audio=SOUND)
    with pytest.raises(ValueError, match='fps=... of MultiModalDataset'):
        load(root, branches, [SAMPLE], start_index=0, **settings)
    (root / 'list.csv').write_text('\n'.join(rows))
    for fps in (8, dict(rgb=8)):
        dataset = build(
            root,
            'list.csv',
            pipeline=pipeline(branches, [SAMPLE]),
            filename_tmpl='img_{:05}.png',
            start_index=0,
            fps=fps,
            data_prefix=settings['data_prefix'],
        )
        middles = dataset[0]['inputs']['audio'][:, 2000] * 1.5
        assert middles.tolist() == pytest.approx([0.25, 0.75, 1.25], abs=1e-3)


def test_the_clock_is_let_go_by_its_last_decoder(root):
    log = []

    def note(name):
        def step(results):
            log.append((name, reader() is not None))
            return results

        return step

    branches = PerModality(dict(rgb=READ, audio=SOUND))
    branches.branches['rgb'].insert(0, note('before decoding'))
    branches.branches['rgb'].insert(2, note('after decoding'))
    branches.branches['audio'].append(note('sound'))
    results = dict(filename=str(root / 'videos/v.mp4'), start_index=0)
    for step in (dict(type='DecordInit'), SAMPLE):
        results = TRANSFORMS.build(step)(results)
    # What is open decodes on while others work.
    reader = weakref.ref(results['video_reader'])
    outputs = branches(results)['modalities']
    assert log == [
        ('before decoding', True),
        ('after decoding', False),
        ('sound', False),
    ]
    assert list(outputs) == ['rgb', 'audio']


LAZY = [dict(type='Flip', flip_ratio=1.0, lazy=True)] * 2


@pytest.mark.parametrize(
    ('steps', 'message'),
    [
        (
            [dict(type='RandomCrop', size=1000)],
            r'RandomCrop in the branch of rgb .*v\.mp4 \(.* pixels\): it cuts out '
            '1000; set less',
        ),
        # What upstream says is handed on.
        (LAZY, 'Flip .*: Use one Flip please'),
    ],
)
def test_what_a_transform_does_not_take_is_named(root, steps, message):
    results = dict(filename=str(root / 'videos/v.mp4'), start_index=0, modality='RGB')
    for step in (dict(type='DecordInit'), SAMPLE):
        results = TRANSFORMS.build(step)(results)
    with pytest.raises(ValueError, match=message):
        PerModality(dict(rgb=[*READ[:1], *steps]))(results)


def test_a_modality_that_stock_decoders_do_not_know_is_named(root):
    sample = dict(frame_dir=str(root), filename=str(root), frame_inds=np.array([1]))
    sample.update(filename_tmpl='img_{:05}.png', modality='Pose', fps=8.0)
    sample.update(total_frames=1, start_index=1, clip_len=1)
    message = r'RawFrameDecode in the branch of pose .*modality Pose'
    with pytest.raises(ValueError, match=message):
        PerModality(dict(pose=[dict(type='RawFrameDecode')]))(sample)
