import struct

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from mm_laziness.visualization.report.document import (
    Fold,
    Section,
    Text,
    picture,
    pictures_of,
)


def figure():
    drawn = Figure(figsize=(3, 2), dpi=50)
    FigureCanvasAgg(drawn)
    drawn.add_subplot().plot([0, 1])
    return drawn


def test_picture():
    made = picture('curves_a b/../c', figure(), 'A caption')
    assert made.path == 'figures/curves_a_b_.._c.png'
    # The size in the file: 3 x 2 inches at 50 dots; 3 inches are 288 CSS pixels.
    assert struct.unpack('>II', made.png[16:24]) == (150, 100)
    assert made.width == 288
    assert picture('a', figure(), '').png == made.png
    assert picture('a', figure(), '', folder='').path == 'a.png'
    assert len(picture('a' * 999, figure(), '').path) < 120


@pytest.mark.parametrize(
    'title, anchor',
    [('UMT or UME?', 'umt-or-ume'), ('DI-MML dimensions', 'di-mml-dimensions')],
)
def test_anchor_as_on_github(title, anchor):
    assert Section(title, []).anchor == anchor


def test_pictures_in_folds():
    one, two = picture('one', figure(), ''), picture('two', figure(), '')
    blocks = [Text('t'), Fold('f', [Fold('g', [two])]), one]
    assert list(pictures_of(blocks)) == [two, one]
