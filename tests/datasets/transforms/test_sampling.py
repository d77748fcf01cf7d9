"""A few of the frames that lie a second apart."""

import numpy as np
import pytest
from mmaction.registry import TRANSFORMS


def sample(total, fps, start_index=0, **settings):
    step = TRANSFORMS.build(dict(type='SampleFramesPerSecond', **settings))
    given = dict(total_frames=total, start_index=start_index, avg_fps=fps)
    return step(given)


def test_by_hand():
    # 2.2 s: candidates at 0, 1 and 2 s.
    results = sample(66, 29.97, test_mode=True)
    assert results['frame_inds'].tolist() == [0, 30, 60]
    assert results['frame_inds'].dtype == np.int32
    assert [results[k] for k in ('clip_len', 'num_clips', 'frame_interval')] == [
        *(1, 3, 30)
    ]


def test_test_mode_is_evenly_spread():
    # Ten candidates in four parts: the middles at 1.25, 3.75, 6.25, 8.75 s.
    frames = sample(250, 25.0, num_frames=4, test_mode=True)['frame_inds']
    assert frames.tolist() == [25, 75, 150, 200]
    assert sample(250, 25.0, num_frames=1, test_mode=True)['frame_inds'] == [125]


def test_training_draws_distinct_sorted_candidates():
    np.random.seed(0)
    drawn = [sample(100, 10.0, num_frames=4)['frame_inds'] for _ in range(40)]
    assert all((np.diff(frames) > 0).all() for frames in drawn)
    assert {int(f) for frames in drawn for f in frames} == set(range(0, 100, 10))
    assert len({tuple(frames) for frames in drawn}) > 20


@pytest.mark.parametrize('test_mode', [True, False])
def test_short_videos_repeat(test_mode):
    for total, candidates in ((1, [0]), (10, [0]), (11, [0, 10]), (20, [0, 10])):
        frames = sample(total, 10.0, num_frames=3, test_mode=test_mode)['frame_inds']
        assert len(frames) == 3 and (np.diff(frames) >= 0).all()
        assert sorted(set(frames.tolist())) == candidates


def test_segment_and_other_rates():
    # A segment of 3 s from frame 40 on, two candidates per second.
    frames = sample(30, 10.0, start_index=40, rate=2.0, num_frames=6, test_mode=True)[
        'frame_inds'
    ]
    assert frames.tolist() == [40, 45, 50, 55, 60, 65]
    # Frames extracted at one per second are all there is.
    slow = sample(5, 1.0, rate=4.0, num_frames=5, test_mode=True)
    assert slow['frame_inds'].tolist() == [0, 1, 2, 3, 4]


def test_errors():
    with pytest.raises(ValueError, match='must be positive'):
        sample(10, 10.0, rate=0)
    with pytest.raises(ValueError, match='must be positive'):
        sample(10, 10.0, num_frames=0)
    with pytest.raises(ValueError, match='OpenFrames, or give the rate'):
        sample(10, None)
