"""Panels of lines and their colours, as all figures of a single run draw them."""

import math
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from .bars import POINT

# Of Okabe and Ito's palette, in an order whose neighbours differ in lightness as well;
# without its vermilion, which is the reference's (LINE).
PALETTE = ('#0072B2', '#E69F00', '#009E73', '#56B4E9', '#CC79A7', '#666666')
# Of these, what is written on in white.
DARK = ('#0072B2', '#666666')
MARKERS = 'osD^vP'
# A page's column; more than two panels side by side cannot be read on a telephone.
WIDTH, COLUMNS = 7.5, 2


def new_panels(
    count: int, height: float, sharey: bool = False
) -> tuple[Figure, list[Axes]]:
    """Make a figure of panels, two in a row, that no global state knows of.

    Args:
        count (int): Number of panels.
        height (float): Inches of each.
        sharey (bool): Whether all have the same rows or values.
    """
    columns = min(count, COLUMNS)
    rows = math.ceil(count / columns)
    figure = _new_figure(rows, height)
    grid = figure.subplots(rows, columns, squeeze=False, sharey=sharey).ravel()
    for axes in grid[count:]:
        axes.remove()
    for axes in grid[:count]:
        _plain(axes)
    return figure, list(grid[:count])


def panel_groups(
    counts: Sequence[int], height: float
) -> tuple[Figure, list[list[Axes]]]:
    """Make a figure of panels, two in a row; one alone in its row fills it.

    Args:
        counts (Sequence[int]): Panels of each group; each begins a row.
        height (float): Inches of each panel.
    """
    rows = [min(COLUMNS, n - i) for n in counts for i in range(0, n, COLUMNS)]
    figure = _new_figure(len(rows), height)
    grid = figure.add_gridspec(len(rows), COLUMNS)
    cells = [
        grid[row, column if beside > 1 else slice(None)]
        for row, beside in enumerate(rows)
        for column in range(beside)
    ]
    panels = iter([figure.add_subplot(cell) for cell in cells])
    groups = [list(islice(panels, count)) for count in counts]
    for axes in figure.axes:
        _plain(axes)
    return figure, groups


def _new_figure(rows: int, height: float) -> Figure:
    figure = Figure((WIDTH, 0.9 + height * rows), dpi=150, layout='constrained')
    FigureCanvasAgg(figure)
    return figure


def _plain(axes: Axes) -> None:
    axes.tick_params(labelsize=9)
    axes.spines[['top', 'right']].set_visible(False)
    axes.grid(color='#E6E6E6', linewidth=0.8)
    axes.set_axisbelow(True)


def color_of(index: int) -> str:
    """Colour of a modality, a classifier or a strategy, by its place among them."""
    return PALETTE[index % len(PALETTE)]


def line_of(index: int, name: str) -> dict[str, Any]:
    """Style and label of a modality's line; colours repeat, and prints have none."""
    marker = MARKERS[index % len(MARKERS)]
    return dict(color=color_of(index), marker=marker, label=name)


def below(figure: Figure, handles: Iterable[Artist], columns: int = 4) -> None:
    """Put a legend below all panels, in rows as long as each other.

    Args:
        figure (Figure): Of panels.
        handles (Iterable[Artist]): What it explains.
        columns (int): The most in a row.
    """
    marks = list(handles)
    rows = math.ceil(len(marks) / columns)
    figure.legend(
        handles=marks,
        loc='outside lower center',
        ncols=math.ceil(len(marks) / max(rows, 1)),
        frameon=False,
        fontsize=9,
    )


def with_gaps(
    epochs: Sequence[float], values: Sequence[float | None]
) -> tuple[list[float], list[float]]:
    """Points of a line that breaks where numbers are missing.

    What is measured every few epochs is joined; a break is where a step is longer than
    the usual one, the shortest.

    Args:
        epochs (Sequence[float]): Where, in increasing order.
        values (Sequence[float, optional]): None or NaN where it was not measured.

    Returns:
        tuple[list[float], list[float]]: Places and values, NaN at each break.
    """
    points = [
        (epoch, value)
        for epoch, value in zip(epochs, values, strict=True)
        if value is not None and math.isfinite(value)
    ]
    steps = [end[0] - start[0] for start, end in zip(points, points[1:], strict=False)]
    usual = min(steps, default=0)
    x: list[float] = []
    y: list[float] = []
    for index, (epoch, value) in enumerate(points):
        if index and steps[index - 1] > usual:
            x.append(epoch)
            y.append(math.nan)
        x.append(epoch)
        y.append(value)
    return x, y


def epoch_axis(axes: Axes, epochs: Sequence[float]) -> None:
    """Label an axis of epochs, with ticks at whole ones only."""
    first, last = min(epochs), max(epochs)
    step = max(1, math.ceil((last - first) / 6))
    if step > 2:
        # 5, 10, 20, 50, ...: numbers that readers count in.
        power = 10 ** math.floor(math.log10(step))
        step = next(n * power for n in (1, 2, 5, 10) if n * power >= step)
        ticks = [n for n in range(0, int(last) + 1, step) if n >= first]
    else:
        ticks = list(range(int(first), int(last) + 1, step))
    axes.set_xticks(ticks)
    margin = max(0.4, 0.03 * (last - first))
    axes.set_xlim(first - margin, last + margin)
    axes.set_xlabel('Epoch', fontsize=9)


def log_axis(axes: Axes) -> None:
    """Make the values' axis logarithmic around 1, which is marked."""
    axes.axhline(1, color=POINT, linestyle=':', linewidth=1, zorder=1)
    axes.set_yscale('log')
    bottom, top = axes.get_ylim()
    # Always a number beside 1, so that the scale is seen.
    bottom, top = min(bottom, 0.48), max(top, 2.1)
    axes.set_ylim(bottom, top)
    between = (1.0,) if top / bottom > 200 else (1.0, 2.0, 5.0)
    axes.yaxis.set_major_locator(LogLocator(10, subs=between))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f'{value:g}'))


def marker_size(points: int) -> float:
    """Size of markers that still lie apart."""
    return 4 if points <= 30 else 2
