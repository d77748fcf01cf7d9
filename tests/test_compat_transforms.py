"""Stock transforms after the fixes of mm_laziness.compat."""

import cv2
import numpy as np
import pytest
from media import write_flow, write_frames
from mmaction.registry import TRANSFORMS

from mm_laziness.compat.transforms import adjust_hue, mend_transforms


def flip(imgs, modality):
    step = TRANSFORMS.build(dict(type='Flip', flip_ratio=1.0))
    return step(dict(imgs=imgs, img_shape=imgs[0].shape[:2], modality=modality))['imgs']


def test_flip_inverts_exactly_the_x_of_each_flow_picture():
    rng = np.random.default_rng(0)
    flow = rng.integers(0, 256, (4, 6, 8, 2), np.uint8)
    # Cropped pictures are views.
    flipped = flip([img[1:5, 2:7] for img in flow.copy()], 'Flow')
    for before, after in zip(flow[:, 1:5, 2:7], flipped, strict=True):
        np.testing.assert_array_equal(after[..., 0], 255 - before[:, ::-1, 0])
        np.testing.assert_array_equal(after[..., 1], before[:, ::-1, 1])


@pytest.mark.parametrize('ratio', [0.0, 1.0])
def test_lazy_flip_does_what_flip_does(ratio):
    flow = np.random.default_rng(0).integers(0, 256, (4, 6, 8, 2), np.uint8)
    found = []
    for lazy in (False, True):
        results = dict(imgs=[*flow.copy()], img_shape=(6, 8), modality='Flow')
        steps = [dict(type='Flip', flip_ratio=ratio, lazy=lazy)]
        for step in (*steps, dict(type='Fuse'))[: 1 + lazy]:
            results = TRANSFORMS.build(step)(results)
        found.append(results['imgs'])
    np.testing.assert_array_equal(*found)


def test_flip_of_x_and_y_as_pictures_of_their_own_stays():
    planes = np.arange(48, dtype=np.uint8).reshape(4, 3, 4)
    flipped = flip(list(planes.copy()), 'Flow')
    for number, after in enumerate(flipped):
        mirrored = planes[number][:, ::-1]
        np.testing.assert_array_equal(after, mirrored if number % 2 else 255 - mirrored)


def test_flip_of_pictures_stays():
    img = np.random.default_rng(0).integers(0, 256, (6, 8, 3), np.uint8)
    np.testing.assert_array_equal(flip([img.copy()], 'RGB')[0], img[:, ::-1])


def test_mending_twice_is_mending_once():
    mend_transforms()
    flow = np.full((2, 3, 2), 55, np.uint8)
    assert flip([flow], 'Flow')[0][0, 0].tolist() == [200, 55]


@pytest.mark.parametrize('factor', [-0.5, -0.1, 0.1, 0.5])
def test_hue_goes_around_its_circle(factor):
    rng = np.random.default_rng(0)
    img = rng.integers(0, 256, (8, 8, 3), np.uint8)
    hsv = cv2.cvtColor(img, cv2.COLOR_RGB2HSV).astype(int)
    hsv[..., 0] = [[(h + int(factor * 255)) % 180 for h in row] for row in hsv[..., 0]]
    expected = cv2.cvtColor(hsv.astype(np.uint8), cv2.COLOR_HSV2RGB)
    np.testing.assert_array_equal(adjust_hue(img.astype(np.float32), factor), expected)


def test_color_jitter_runs_with_any_hue():
    np.random.seed(0)
    img = np.random.default_rng(0).integers(0, 256, (8, 8, 3), np.uint8)
    step = TRANSFORMS.build(dict(type='ColorJitter', hue=0.5))
    for _ in range(20):
        jittered = step(dict(imgs=[img.copy()]))['imgs'][0]
        assert jittered.dtype == np.uint8 and jittered.shape == img.shape


@pytest.mark.parametrize('content', [b'', b'no picture'])
@pytest.mark.parametrize('number', [1, 3])
def test_broken_frame_is_named(tmp_path, content, number):
    write_frames(tmp_path, np.zeros((3, 8, 8, 3), np.uint8))
    write_flow(tmp_path, np.zeros((3, 8, 8, 2), np.uint8))
    sample = dict(frame_dir=str(tmp_path), frame_inds=np.array([1, 2, 3]))
    rgb = dict(sample, filename_tmpl='img_{:05}.png', modality='RGB')
    flow = dict(sample, filename_tmpl='flow_{}_{:05}.png', modality='Flow')
    decode = TRANSFORMS.build(dict(type='RawFrameDecode'))
    assert len(decode(rgb.copy())['imgs']) == len(decode(flow.copy())['imgs']) == 3
    for results, name in ((rgb, 'img'), (flow, 'flow_y')):
        (tmp_path / f'{name}_{number:05}.png').write_bytes(content)
        with pytest.raises(
            OSError, match=rf'{name}_0000{number}\.png \({len(content)}'
        ):
            decode(results.copy())


@pytest.mark.parametrize('content', [b'', b'no picture'])
def test_broken_image_is_named(tmp_path, content):
    (tmp_path / 'a.png').write_bytes(content)
    decode = TRANSFORMS.build(dict(type='ImageDecode'))
    with pytest.raises(OSError, match=r'a\.png \(\d+ bytes\) is not a picture'):
        decode(dict(filename=str(tmp_path / 'a.png')))
    # It does not follow the frames of a clock.
    frames = dict(frame_inds=np.array([3]), filename_tmpl='img_{:05}.jpg')
    with pytest.raises(OSError, match=r'a\.png \(\d+ bytes\) is not a picture'):
        decode(dict(frames, frame_dir='x', filename=str(tmp_path / 'a.png')))
    with pytest.raises(FileNotFoundError):
        decode(dict(filename=str(tmp_path / 'b.png')))


def test_faults_of_the_program_stay_what_they_are(tmp_path, monkeypatch):
    """With all pictures in order, the error is about something else."""
    write_flow(tmp_path, np.zeros((2, 8, 8, 2), np.uint8))
    sample = dict(frame_dir=str(tmp_path), frame_inds=np.array([1, 2]), modality='Flow')
    error = RuntimeError('out of memory')

    def fail(*_, **__):
        raise error

    # With which it puts x and y together.
    monkeypatch.setattr(np, 'stack', fail)
    with pytest.raises(RuntimeError) as caught:
        TRANSFORMS.build(dict(type='RawFrameDecode'))(
            dict(sample, filename_tmpl='flow_{}_{:05}.png')
        )
    assert caught.value is error


def test_a_modality_that_is_unknown_is_not_blamed_on_a_picture(tmp_path):
    (tmp_path / 'img_00001.png').write_bytes(b'no picture')
    sample = dict(frame_dir=str(tmp_path), frame_inds=np.array([1]))
    sample.update(filename_tmpl='img_{:05}.png', modality='Depth')
    with pytest.raises(NotImplementedError):
        TRANSFORMS.build(dict(type='RawFrameDecode'))(sample)
