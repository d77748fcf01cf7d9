"""The picture of a prepared set."""

from pathlib import Path

import pytest
from PIL import Image

from mm_laziness.datasets.preparation import figure
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


def test_no_empty_panel_where_no_length_is_known(tmp_path, monkeypatch):
    drawn = []
    monkeypatch.setattr(
        figure.FigureCanvasAgg,
        'print_png',
        lambda canvas, path: (drawn.append(canvas.figure), Path(path).touch()),
    )
    splits = dict(train=dict(clips_per_class={'a': 1}, written=1))
    for seconds in ([], [1.0]):
        draw_summary(
            dict(name='Set', splits=splits), dict(train=seconds), tmp_path / 'x.png'
        )
    assert [len(one.axes) for one in drawn] == [1, 2]
