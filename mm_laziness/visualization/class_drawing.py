"""What the figures about classes share."""

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

_LONGEST = 32


def row_label(row: Mapping[str, Any]) -> str:
    """A class's name and, in brackets, its test samples."""
    return f'{shorten(row["name"])} ({row["count"]})'


def shorten(name: str, longest: int = _LONGEST) -> str:
    """A name that fits beside an axis, as Matplotlib wants it."""
    short = name if len(name) <= longest else f'{name[: longest - 1].rstrip()}…'
    # Two dollar signs would begin and end a formula.
    return short.replace('$', r'\$')


def new_canvas(width: float, height: float) -> Figure:
    """Make a figure of a size in inches that no global state knows of."""
    figure = Figure(figsize=(width, height), dpi=150, layout='constrained')
    FigureCanvasAgg(figure)
    return figure


def tidy(axes: Axes) -> None:
    """Leave the grid and the axes that values are read from."""
    axes.spines[['top', 'right']].set_visible(False)
    axes.grid(axis='x', color='#E6E6E6', linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(axis='y', length=0)
