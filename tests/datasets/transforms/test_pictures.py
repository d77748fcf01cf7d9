"""Pictures in folders: which there are, and what they hold."""

import numpy as np
import pytest
from media import write_frames

from mm_laziness.datasets.transforms.pictures import (
    PictureError,
    picture_numbers,
    read_picture,
    storage,
)

FILES = storage(None)


def test_numbers_of_what_matches(tmp_path):
    for name in (
        *('img_00010.jpg', 'img_00002.jpg', 'img_123456.jpg'),
        *('img_00003.png', 'ximg_00004.jpg', 'img_.jpg', 'flow_x_00007.jpg'),
        *('flow_y_00008.jpg', '00009.jpg', 'img_00005xjpg'),
    ):
        (tmp_path / name).touch()
    numbers = picture_numbers(FILES, str(tmp_path), 'img_{:05}.jpg')
    assert numbers == [2, 10, 123456]
    assert picture_numbers(FILES, str(tmp_path), 'flow_{}_{:05}.jpg', 'y') == [8]
    assert picture_numbers(FILES, str(tmp_path), '{:05d}.jpg') == [9]


def test_a_gap_would_shift_all_that_follows(tmp_path):
    for number in (3, 4, 5, 8, 9):
        (tmp_path / f'flow_x_{number:05}.jpg').touch()
    with pytest.raises(PictureError, match=r'flow_x_00006\.jpg is missing'):
        picture_numbers(FILES, str(tmp_path), 'flow_{}_{:05}.jpg', 'x')
    # Numbers of frames, of which each third was kept.
    for number in (1, 4, 7):
        (tmp_path / f'img_{number:05}.jpg').touch()
    assert picture_numbers(FILES, str(tmp_path), 'img_{:05}.jpg') == [1, 4, 7]


@pytest.mark.parametrize('backend', [None, dict(backend='local'), dict(backend='disk')])
def test_missing_and_foreign_folders(tmp_path, backend):
    files = storage(backend)
    with pytest.raises(FileNotFoundError, match='gone does not exist'):
        picture_numbers(files, str(tmp_path / 'gone'), 'img_{:05}.jpg')
    (tmp_path / 'a.txt').touch()
    with pytest.raises(PictureError, match=r"1 files.*'img_\{:05\}.jpg'.*filename_tm"):
        picture_numbers(files, str(tmp_path), 'img_{:05}.jpg')


def test_pictures_are_rgb_or_grey(tmp_path):
    red = np.zeros((1, 4, 6, 3), np.uint8)
    red[..., 0] = 200
    path = str(write_frames(tmp_path, red) / 'img_00001.png')
    np.testing.assert_array_equal(read_picture(FILES, path), red[0])
    grey = read_picture(FILES, path, 'grayscale')
    assert grey.shape == (4, 6) and abs(int(grey[0, 0]) - 0.299 * 200) < 1


@pytest.mark.parametrize('content', [b'', b'not a picture at all'])
def test_broken_picture_is_named(tmp_path, content):
    path = tmp_path / 'img_00001.jpg'
    path.write_bytes(content)
    message = rf'img_00001\.jpg \({len(content)} bytes\) is not a picture'
    with pytest.raises(PictureError, match=message):
        read_picture(FILES, str(path))
    with pytest.raises(FileNotFoundError):
        read_picture(FILES, str(tmp_path / 'none.jpg'))
