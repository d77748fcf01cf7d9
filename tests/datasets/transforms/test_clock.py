"""The clock: which moments a frame sampler chose."""

import numpy as np
import pytest
from avdata import build, pipeline
from media import write_frames, write_sound, write_video
from mmaction.registry import TRANSFORMS

from mm_laziness.datasets.transforms.clock import clip_midpoints, frame_times


def test_segment_by_hand():
    trim = TRANSFORMS.build(dict(type='TrimToSegment'))
    sample = dict(start_index=1, total_frames=40, avg_fps=10.0, start=2.0, end=3.0)
    results = trim(sample)
    # Frames 20 to 29, whose files are numbered from 21.
    assert (results['start_index'], results['total_frames']) == (21, 10)
    results.update(frame_inds=np.array([21, 25, 30]), clip_len=3)
    np.testing.assert_allclose(frame_times(results), [[2.0, 2.4, 2.9]])
    # The loop stays inside the segment.
    results['frame_inds'] = np.array([29, 30, 21])
    np.testing.assert_allclose(frame_times(results), [[2.8, 2.9, 3.0]])


def test_unknown_frame_rate():
    results = dict(frame_inds=np.array([0]), clip_len=1, start_index=0, total_frames=5)
    with pytest.raises(ValueError, match='frame rate is not known'):
        frame_times(results)


CLOCKS = {
    'decord': ('videos/v.mp4', [dict(type='DecordInit')], 'Decord', {}),
    'video': ('videos/v.mp4', [dict(type='OpenFrames')], 'Decord', {}),
    'folder': ('frames/v', [dict(type='OpenFrames')], 'Decord', dict(fps=10)),
    'counted': ('frames/v', [], 'RawFrame', dict(fps=10)),
}
# What each takes of the second from 2 to 3 s, which holds the frames 20 to 29.
SAMPLERS = {
    'dense': (dict(type='SampleFrames', clip_len=4, frame_interval=2), range(20, 30)),
    'uniform': (dict(type='UniformSample', clip_len=6), range(20, 30)),
    'per second': (dict(type='SampleFramesPerSecond', rate=4.0), (20, 23, 25, 28)),
}


@pytest.fixture(scope='module')
def segments(tmp_path_factory):
    """4 s at 10 frames per second of value 6 times the index, and a ramp of sound."""
    root = tmp_path_factory.mktemp('segments')
    levels = 6 * np.arange(40, dtype=np.uint8)[:, None, None, None]
    frames = np.broadcast_to(levels, (40, 32, 32, 3))
    write_frames(root / 'frames/v', frames)
    write_video(root / 'videos/v.mp4', frames, 10)
    write_sound(root / 'v.wav', np.arange(64000) / 64000, 16000)
    return root


@pytest.mark.parametrize('clock', CLOCKS)
@pytest.mark.parametrize('sampler', SAMPLERS)
def test_segment_with_each_clock_and_sampler(segments, clock, sampler):
    path, opening, decode, settings = CLOCKS[clock]
    step, allowed = SAMPLERS[sampler]
    count = ',40' if clock == 'counted' else ','
    name = f'{clock} {sampler}.csv'
    (segments / name).write_text(
        f'label,rgb,audio,start,end,total_frames\n0,{path},v.wav,2.0,3.0{count}\n'
    )
    branches = dict(
        rgb=[
            dict(type=f'{decode}Decode'),
            dict(type='FormatShape', input_format='NCHW'),
        ],
        audio=[
            dict(
                type='LoadAudioClips',
                sample_rate=16000,
                clip_seconds=1.5,
                pad='tile',
                align='segment',
            )
        ],
    )
    dataset = build(
        segments,
        name,
        pipeline=pipeline(branches, [*opening, step]),
        filename_tmpl='img_{:05}.png',
        **settings,
    )
    np.random.seed(0)
    seen = set()
    for _ in range(12):
        inputs = dataset[0]['inputs']
        values = inputs['rgb'][:, 0, 8, 8].float() / 6
        # Coding of the video changes values by less than half a step.
        seen.update(values.round().int().tolist())
    assert seen <= set(allowed) and len(seen) > 3
    # The sound from 2 to 3 s, and its first half again.
    sound = inputs['audio'][0].numpy()
    expected = 0.5 + np.arange(24000) % 16000 / 64000
    np.testing.assert_allclose(sound, expected, atol=1e-4)


def test_segment_behind_the_end_is_a_fault_of_the_file(segments):
    (segments / 'late.csv').write_text(
        'label,rgb,start,end\n0,frames/v,1,2\n1,frames/v,4,5\n'
    )
    branches = dict(
        rgb=[dict(type='DecordDecode'), dict(type='FormatShape', input_format='NCHW')]
    )
    shared = [dict(type='OpenFrames'), dict(type='SampleFrames', clip_len=1)]
    settings = dict(pipeline=pipeline(branches, shared), filename_tmpl='img_{:05}.png')
    with pytest.raises(ValueError, match=r'4\.0 to 5\.0 s holds no frame.*on_error'):
        build(segments, 'late.csv', fps=10, **settings)[1]
    sample = build(segments, 'late.csv', fps=10, on_error='skip', **settings)[1]
    assert sample['data_samples'].gt_label.item() == 0
    assert 'holds no frame' in sample['data_samples'].metainfo['faults'][0].reason
    with pytest.raises(ValueError, match='fps=... of MultiModalDataset'):
        build(segments, 'late.csv', **settings)[0]


def test_uniform_sample_by_hand():
    # 31 frames at 10 per second, in 5 parts of 6; two clips, at a third and at two.
    sample = TRANSFORMS.build(
        dict(type='UniformSample', clip_len=5, num_clips=2, test_mode=True)
    )
    results = sample(dict(total_frames=31, start_index=0, avg_fps=10.0))
    times = [[0.2, 0.8, 1.4, 2.0, 2.6], [0.4, 1.0, 1.6, 2.2, 2.8]]
    np.testing.assert_allclose(frame_times(results), times)
    np.testing.assert_allclose(clip_midpoints(results), [1.4, 1.6])
    # Fewer frames than asked for: each stands several times, and nothing wraps.
    results = sample(dict(total_frames=2, start_index=0, avg_fps=10.0))
    np.testing.assert_allclose(clip_midpoints(results), [0.05, 0.05])


def test_uniform_sample_hears_the_whole_sound(segments):
    branches = dict(
        audio=[
            dict(type='LoadAudioClips', sample_rate=16000, clip_seconds=4.0, pad='tile')
        ]
    )
    (segments / 'whole.csv').write_text('label,rgb,audio\n0,videos/v.mp4,v.wav\n')
    shared = [dict(type='DecordInit'), dict(type='UniformSample', clip_len=32)]
    dataset = build(segments, 'whole.csv', pipeline=pipeline(branches, shared))
    sound = dataset[0]['inputs']['audio'].numpy()
    assert sound.shape == (1, 64000)
    np.testing.assert_allclose(np.sort(sound[0]), np.arange(64000) / 64000, atol=1e-4)
