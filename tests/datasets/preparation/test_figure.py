"""The picture of a prepared set."""

import pytest
from PIL import Image

from mm_laziness.datasets.preparation.figure import draw_summary


@pytest.mark.parametrize('classes', [3, 400])
def test_figure_is_drawn_for_few_and_many_classes(tmp_path, classes):
    names = {f'class {index}': index + 1 for index in range(classes)}
    splits = {
        split: dict(clips_per_class=names, written=sum(names.values()))
        for split in ('train', 'test')
    }
    path = tmp_path / 'summary.png'
    # Of the test split no file was opened.
    seconds = dict(train=[1.0, 2.0, 2.0, 30.0], test=[])
    draw_summary(dict(name='Set', splits=splits), seconds, path)
    with Image.open(path) as image:
        assert image.width > 600
        assert len(set(image.convert('L').tobytes())) > 3
    assert [entry.name for entry in tmp_path.iterdir()] == ['summary.png']
