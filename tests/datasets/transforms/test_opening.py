"""A video, or a folder of its frames: the decoder cannot tell."""

import numpy as np
import pytest
from media import write_frames, write_video
from mmaction.registry import TRANSFORMS

from mm_laziness.datasets import ClipCache
from mm_laziness.datasets.transforms.pictures import PictureError

LEVELS = np.arange(10, dtype=np.uint8) * 20
FRAMES = np.broadcast_to(LEVELS[:, None, None, None], (10, 32, 32, 3))


def opened(path, **settings):
    results = dict(filename=str(path), start_index=1, modality='RGB', **settings)
    results.setdefault('filename_tmpl', 'img_{:05}.png')
    return TRANSFORMS.build(dict(type='OpenFrames'))(results)


def decoded(results, frames):
    results = dict(results, frame_inds=np.array(frames))
    return TRANSFORMS.build(dict(type='DecordDecode'))(results)['imgs']


def test_video_is_what_decord_opens(tmp_path):
    path = write_video(tmp_path / 'clip.mp4', FRAMES, 8)
    results = opened(path)
    stock = TRANSFORMS.build(dict(type='DecordInit'))(dict(filename=str(path)))
    assert results['total_frames'] == stock['total_frames'] == 10
    assert results['avg_fps'] == stock['avg_fps'] == 8.0
    assert results['start_index'] == 0
    np.testing.assert_array_equal(decoded(results, [3, 7]), decoded(stock, [3, 7]))


@pytest.mark.parametrize('first', [0, 1, 7])
def test_folder_by_hand(tmp_path, first):
    write_frames(tmp_path / 'v.g01', FRAMES, first=first)
    results = opened(tmp_path / 'v.g01', fps=5.0)
    assert (results['total_frames'], results['avg_fps']) == (10, 5.0)
    assert [img[0, 0, 0] for img in decoded(results, [4, 0, 9, 4])] == [80, 0, 180, 80]
    times = results['video_reader'].get_frame_timestamp(np.array([0, 5]))
    np.testing.assert_allclose(times, [[0.0, 0.2], [1.0, 1.2]])


def test_repeated_frames_can_be_flipped_in_place(tmp_path):
    write_frames(tmp_path / 'v', FRAMES)
    first, second = decoded(opened(tmp_path / 'v'), [2, 2])
    assert not np.shares_memory(first, second)


def test_annotation_may_use_fewer_frames_but_not_more(tmp_path):
    write_frames(tmp_path / 'v', FRAMES)
    assert opened(tmp_path / 'v', total_frames=7)['total_frames'] == 7
    assert opened(tmp_path / 'v', total_frames=99)['total_frames'] == 10
    # In a branch, the count is that of the clock.
    frames = dict(frame_inds=np.array([0]), total_frames=3)
    assert opened(tmp_path / 'v', **frames)['total_frames'] == 10


def test_unknown_rate_is_said_only_where_it_is_needed(tmp_path):
    write_frames(tmp_path / 'v', FRAMES)
    results = opened(tmp_path / 'v')
    assert results['avg_fps'] is None and len(decoded(results, [1])) == 1
    with pytest.raises(ValueError, match='set fps'):
        results['video_reader'].get_frame_timestamp(np.array([0]))


@pytest.mark.parametrize('layout', ['video', 'folder'])
def test_cache_keeps_either(tmp_path, layout):
    if layout == 'video':
        path = write_video(tmp_path / 'clip.mp4', FRAMES, 8)
    else:
        path = write_frames(tmp_path / 'v', FRAMES)
    plain = opened(path)
    for _ in range(2):
        cached = opened(path, cache=ClipCache(str(tmp_path / 'cache')))
        for key in ('total_frames', 'avg_fps', 'start_index'):
            assert cached[key] == plain[key]
        np.testing.assert_array_equal(decoded(cached, [3, 8]), decoded(plain, [3, 8]))
        assert len(list((tmp_path / 'cache').iterdir())) == 2


def test_cached_folder_notices_new_pictures_and_another_rate(tmp_path):
    path = write_frames(tmp_path / 'v', FRAMES)
    opened(path, cache=ClipCache(str(tmp_path / 'cache')))
    write_frames(path, FRAMES[:1] + 77, first=3)
    changed = opened(path, cache=ClipCache(str(tmp_path / 'cache')), fps=4.0)
    assert changed['avg_fps'] == 4.0
    assert decoded(changed, [2])[0][0, 0, 0] == 77


def test_what_is_neither(tmp_path):
    with pytest.raises(FileNotFoundError, match='gone is neither a video file nor a'):
        opened(tmp_path / 'gone')
    with pytest.raises(FileNotFoundError, match=r'gone\.mp4'):
        opened(tmp_path / 'gone.mp4')
    (tmp_path / 'empty').mkdir()
    with pytest.raises(PictureError, match='empty holds 0 files'):
        opened(tmp_path / 'empty')
    write_frames(tmp_path / 'v', FRAMES[:3])
    (tmp_path / 'v' / 'img_00002.png').write_bytes(b'')
    with pytest.raises(PictureError, match=r'img_00002\.png \(0 bytes\)'):
        decoded(opened(tmp_path / 'v'), [0, 1])
    write_frames(tmp_path / 'v', FRAMES[:1, :8], first=2)
    assert len(decoded(opened(tmp_path / 'v'), [0, 2])) == 2
    with pytest.raises(PictureError, match=r'v holds frames of several sizes.*\(8, 32'):
        decoded(opened(tmp_path / 'v'), [0, 1])
