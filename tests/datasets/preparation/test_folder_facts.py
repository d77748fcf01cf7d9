"""What is found out about folders of pictures."""

import numpy as np
import pytest
from PIL import Image

from mm_laziness.datasets.preparation.folder_facts import (
    inspect_flow,
    inspect_frames,
    inspect_image,
)


def write(path, size=(8, 6)):
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(0).integers(0, 255, (size[1], size[0], 3), np.uint8)
    Image.fromarray(pixels).save(path)
    return path


def write_all(folder, template, count, *fields):
    for number in range(1, count + 1):
        write(folder / template.format(*fields, number))


def test_frames_are_counted_by_their_names(tmp_path):
    write_all(tmp_path, 'frame{:06}.jpg', 12)
    write_all(tmp_path, 'flow_x_{:05}.jpg', 3)
    (tmp_path / 'frame000001.jpg.txt').write_text('')
    facts = inspect_frames(str(tmp_path), 'frame{:06}.jpg')
    assert (facts.fault, facts.frames, facts.width, facts.height) == (None, 12, 8, 6)


def test_a_gap_and_another_padding_are_faults(tmp_path):
    write_all(tmp_path, 'img_{:05}.jpg', 5)
    (tmp_path / 'img_00003.jpg').unlink()
    fault = inspect_frames(str(tmp_path), 'img_{:05}.jpg').fault
    assert fault == 'picture img_00003.jpg is missing'
    fault = inspect_frames(str(tmp_path), 'img_{:06}.jpg').fault
    assert fault == 'the folder has no picture named img_{:06}.jpg'


def test_a_cut_off_last_picture_is_a_fault(tmp_path):
    write_all(tmp_path, 'img_{:05}.jpg', 3)
    last = tmp_path / 'img_00003.jpg'
    last.write_bytes(last.read_bytes()[:300])
    fault = inspect_frames(str(tmp_path), 'img_{:05}.jpg').fault
    assert fault.startswith('img_00003.jpg: ')


@pytest.mark.parametrize(
    ('folder', 'template', 'axes'),
    [('flow/{}/v', 'frame{:06}.jpg', ('u', 'v')), ('v', 'flow_{}_{:05}.jpg', 'xy')],
)
def test_flow_of_both_layouts_counts_the_smaller_axis(tmp_path, folder, template, axes):
    for axis, count in zip(axes, (5, 4), strict=True):
        fields = [] if '{}' in folder else [axis]
        write_all(tmp_path / folder.format(axis), template, count, *fields)
    path = str(tmp_path / folder)
    assert inspect_flow(path, template, tuple(axes)).frames == 4
    assert inspect_flow(path, template, ('q', axes[0])).fault


def test_image(tmp_path):
    path = write(tmp_path / 'x.png', (5, 4))
    facts = inspect_image(str(path))
    assert (facts.fault, facts.width, facts.height) == (None, 5, 4)
    for data in (b'', b'not a picture', path.read_bytes()[:90]):
        path.write_bytes(data)
        assert inspect_image(str(path)).fault
