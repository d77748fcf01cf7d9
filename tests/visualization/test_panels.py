import math

import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from mm_laziness.visualization.panels import (
    PALETTE,
    below,
    epoch_axis,
    log_axis,
    new_panels,
    panel_groups,
    with_gaps,
)


def broken(x, y):
    """Points as text, with a bar at each break."""
    pairs = zip(x, y, strict=True)
    return ' '.join('|' if math.isnan(b) else f'{a}:{b}' for a, b in pairs)


def test_a_missing_number_breaks_the_line():
    values = [5.0, 6.0, None, 8.0, math.nan, 9.0]
    assert (
        broken(*with_gaps([1, 2, 3, 4, 5, 6], values)) == '1:5.0 2:6.0 | 4:8.0 | 6:9.0'
    )


def test_a_regular_interval_is_no_gap():
    """Validation every second epoch, once left out."""
    epochs = list(range(1, 11))
    values = [float(e) if e in (2, 4, 8, 10) else None for e in epochs]
    assert broken(*with_gaps(epochs, values)) == '2:2.0 4:4.0 | 8:8.0 10:10.0'


@pytest.mark.parametrize('values', [[], [None], [math.inf]])
def test_nothing_to_join(values):
    assert with_gaps(list(range(len(values))), values) == ([], [])


@pytest.mark.parametrize(
    ('epochs', 'ticks'),
    [
        ([1], [1]),
        ([1, 8], [1, 3, 5, 7]),
        ([1, 45], [10, 20, 30, 40]),
        ([0, 300], [0, 50, 100, 150, 200, 250, 300]),
        ([21, 24], [21, 22, 23, 24]),
    ],
)
def test_epochs_are_whole(epochs, ticks):
    axes = Figure().add_subplot()
    epoch_axis(axes, epochs)
    assert list(axes.get_xticks()) == ticks
    assert axes.get_xlim()[0] < epochs[0] and epochs[-1] < axes.get_xlim()[1]


@pytest.mark.parametrize('values', [(1.0, 1.01), (0.2, 4.0), (1e-3, 1e3)])
def test_log_axis_has_plain_numbers_beside_one(values):
    axes = Figure().add_subplot()
    axes.plot(values)
    log_axis(axes)
    low, high = axes.get_ylim()
    ticks = [tick for tick in axes.get_yticks() if low <= tick <= high]
    assert 1 in ticks and 2 <= len(ticks) <= 10
    written = [axes.yaxis.get_major_formatter()(tick) for tick in ticks]
    assert [float(text) for text in written] == pytest.approx(ticks)
    assert all('$' not in text for text in written)


def test_two_panels_in_a_row_at_most():
    figure, panels = new_panels(5, 2.0)
    assert len(panels) == len(figure.axes) == 5
    assert len({round(axes.get_position().x0, 2) for axes in panels}) == 2
    assert len(new_panels(1, 2.0)[1]) == 1


def test_a_panel_alone_in_its_row_fills_it():
    figure, (one, three, none) = panel_groups([1, 3, 0], 2.0)
    assert [len(one), len(three), none] == [1, 3, []]
    assert figure.axes == [*one, *three]
    figure.canvas.draw()
    tops = [axes.get_position().y1 for axes in figure.axes]
    widths = [axes.get_position().width for axes in figure.axes]
    assert tops[0] > tops[1] == pytest.approx(tops[2]) and tops[2] > tops[3]
    assert widths[0] == pytest.approx(widths[3]) and widths[0] > 2 * widths[1]
    assert not figure.axes[1].spines['top'].get_visible()


@pytest.mark.parametrize(('count', 'columns'), [(1, 1), (4, 4), (5, 3), (9, 3)])
def test_rows_of_a_legend_are_as_long_as_each_other(count, columns):
    figure, _ = new_panels(1, 2.0)
    below(figure, [Patch(label=str(index)) for index in range(count)])
    assert figure.legends[0]._ncols == columns


def test_neighbouring_colours_differ_in_lightness():
    """They do without colour, too, on paper and to those who see none."""

    def lightness(color):
        red, green, blue = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
        return 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2

    levels = [lightness(color) for color in PALETTE]
    for first, second in zip(levels, levels[1:], strict=False):
        low, high = sorted((first, second))
        assert (high + 0.05) / (low + 0.05) > 1.25
