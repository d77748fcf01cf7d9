"""Stacks of flow: which pictures, in which order, and where they end."""

import shutil

import numpy as np
import pytest
from media import write_flow, write_frames
from mmaction.registry import TRANSFORMS

from mm_laziness.datasets.transforms.pictures import PictureError

COUNT = 19


@pytest.fixture
def flow():
    """Picture i has x = 2 i and y = 101 + 2 i everywhere."""
    levels = np.arange(COUNT, dtype=np.uint8)[:, None, None]
    flow = np.zeros((COUNT, 8, 12, 2), np.uint8)
    flow[..., 0], flow[..., 1] = 2 * levels, 101 + 2 * levels
    return flow


def load(folder, frames, total=COUNT + 1, tmpl='flow_{}_{:05}.png', **settings):
    known = dict(frame_dir=str(folder), filename_tmpl=tmpl, modality='Flow')
    known.update(frame_inds=np.array(frames), start_index=1, total_frames=total)
    known.update(settings.pop('known', {}))
    return TRANSFORMS.build(dict(type='LoadFlowStack', **settings))(known)


def indices(results):
    return [int(img[0, 0, 0]) // 2 for img in results['imgs']]


def test_centred_and_clamped(tmp_path, flow):
    write_flow(tmp_path, flow)
    # Files count from 1: number 11 is index 10.
    results = load(tmp_path, [11])
    assert indices(results) == list(range(5, 15))
    assert results['imgs'][0].shape == (8, 12, 2)
    assert all(img[0, 0, 1] == img[0, 0, 0] + 101 for img in results['imgs'])
    assert (results['clip_len'], results['num_clips']) == (10, 1)
    assert results['img_shape'] == (8, 12)
    assert indices(load(tmp_path, [1])) == [0, 0, 0, 0, 0, 0, 1, 2, 3, 4]
    # Frame 20 has no flow: the last one stands for it.
    assert indices(load(tmp_path, [20])) == [14, 15, 16, 17, 18, 18, 18, 18, 18, 18]


def test_channels_after_format_shape(tmp_path, flow):
    write_flow(tmp_path, flow)
    results = load(tmp_path, [6, 11], length=3)
    step = TRANSFORMS.build(dict(type='FormatShape', input_format='NCHW'))
    imgs = step(results)['imgs']
    assert imgs.shape == (2, 6, 8, 12)
    assert imgs[:, :, 0, 0].tolist() == [
        [8, 109, 10, 111, 12, 113],
        [18, 119, 20, 121, 22, 123],
    ]


def test_feichtenhofers_layout_is_the_same(tmp_path, flow):
    write_flow(tmp_path / 'mmaction', flow)
    for channel, axis in enumerate('uv'):
        folder = tmp_path / 'tvl1_flow' / axis / 'v_{braces}'
        write_frames(folder, flow[..., channel], 'frame{:06}.png')
    expected = load(tmp_path / 'mmaction', [4, 9])['imgs']
    # The axis is in the folder's name, which is then a template as a whole.
    shutil.move(tmp_path / 'tvl1_flow/u/v_{braces}', tmp_path / 'tvl1_flow/u/v')
    shutil.move(tmp_path / 'tvl1_flow/v/v_{braces}', tmp_path / 'tvl1_flow/v/v')
    got = load(
        tmp_path / 'tvl1_flow/{}/v', [4, 9], tmpl='frame{:06}.png', axes=('u', 'v')
    )['imgs']
    np.testing.assert_array_equal(got, expected)


def test_braces_in_a_folder_of_both_axes(tmp_path, flow):
    write_flow(tmp_path / 'v_{1}', flow)
    assert indices(load(tmp_path / 'v_{1}', [11])) == list(range(5, 15))


def test_segment_counts_from_the_whole_video(tmp_path, flow):
    write_flow(tmp_path, flow)
    # A segment from frame 10 on: SampleFrames counts files from 11.
    known = dict(first_frame=10, start_index=11, total_frames=5)
    assert indices(load(tmp_path, [11], known=known)) == list(range(5, 15))


def test_repeated_pictures_can_be_flipped_in_place(tmp_path, flow):
    write_flow(tmp_path, flow)
    imgs = load(tmp_path, [1])['imgs']
    assert not np.shares_memory(imgs[0], imgs[1])


def test_how_much_flow_may_be_missing(tmp_path, flow):
    write_flow(tmp_path, flow)
    assert len(load(tmp_path, [29], total=29)['imgs']) == 10
    with pytest.raises(PictureError, match='19 flow pictures for 30 frames'):
        load(tmp_path, [1], total=30)


def test_broken_flow(tmp_path, flow):
    write_flow(tmp_path, flow)
    (tmp_path / 'flow_y_00006.png').write_bytes(b'')
    with pytest.raises(PictureError, match=r'flow_y_00006\.png \(0 bytes\)'):
        load(tmp_path, [6])
    (tmp_path / 'flow_y_00006.png').unlink()
    with pytest.raises(FileNotFoundError, match='flow_y_00006'):
        load(tmp_path, [6])
    with pytest.raises(FileNotFoundError, match='gone does not exist'):
        load(tmp_path / 'gone', [6])
    write_frames(tmp_path, flow[:1, :4, :, 1], 'flow_y_{:05}.png', first=6)
    with pytest.raises(PictureError, match=r'other sizes, \(8, 12\) and \(4, 12\)'):
        load(tmp_path, [6])


def test_bad_arguments(tmp_path):
    with pytest.raises(ValueError, match='length must be positive'):
        load(tmp_path, [1], length=0)
    with pytest.raises(ValueError, match='call the source "flow"'):
        load(tmp_path, [1], known=dict(modality='RGB'))
