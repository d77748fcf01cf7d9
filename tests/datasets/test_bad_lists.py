"""Annotation files that cannot work, and odd ones that do."""

import numpy as np
import pytest
from avdata import BRANCHES, SHARED, build, pipeline
from media import tone, write_video

FRAMES = np.full((14, 32, 32, 3), 90, np.uint8)


@pytest.mark.parametrize(
    'text, message',
    [
        ('', 'holds no sample'),
        ('label,rgb,audio\n', 'holds no sample'),
        ('label,rgb,audio\n0,a.mp4,a.mp4\n9,a.mp4,a.mp4\n', 'sample 2: label 9 does'),
    ],
)
def test_lists_that_cannot_work(tmp_path, text, message):
    name = 'list.csv' if text else 'list.txt'
    (tmp_path / name).write_text(text)
    with pytest.raises(ValueError, match=message):
        build(tmp_path, name, num_classes=9)


def test_other_names_with_spaces(tmp_path):
    write_video(tmp_path / 'my class/a  b.mp4', FRAMES, 8, tone(1.75))
    (tmp_path / 'list.txt').write_text('\ufeffmy class/a  b.mp4 0\r\n', 'utf-8')
    settings = dict(pipeline=pipeline(dict(rgb=BRANCHES['rgb']), SHARED))
    assert build(tmp_path, **settings)[0]['inputs']['rgb'].any()
