"""Bars with a point per seed, as all figures of a study draw them."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

# Of Okabe and Ito's palette, which colour-blind readers can tell apart; they differ in
# lightness too, for prints without colour.
MULTI, SINGLE, LINE, POINT = '#56B4E9', '#BBBBBB', '#D55E00', '#222222'


@dataclass
class Bar:
    """One bar: a method's name, its mean and its seeds in percent.

    Args:
        single (bool): Whether the method has one modality.
        reference (bool): Whether the others are compared with it.
        interval (tuple[float, float], optional): Of its confidence, drawn as a line.
    """

    name: str
    value: float
    points: Sequence[float] = ()
    single: bool = False
    reference: bool = False
    interval: tuple[float, float] | None = None


def new_figure(panels: Sequence[Sequence[Bar]], inches: float) -> Figure:
    """Make a figure that no global state knows of.

    Args:
        panels (Sequence[Sequence[Bar]]): What will be drawn side by side: the names'
            lengths and the number of rows decide the size.
        inches (float): Width of a panel without its names.
    """
    rows = max(map(len, panels))
    names = max(len(bar.name) for bars in panels for bar in bars)
    size = len(panels) * (inches + 0.08 * names), 1.9 + 0.3 * rows
    figure = Figure(figsize=size, dpi=150, layout='constrained')
    FigureCanvasAgg(figure)
    return figure


def draw_bars(axes: Axes, bars: Sequence[Bar], level: float | None = None) -> None:
    """Draw a row per bar, from zero, so that their lengths compare, and label them.

    Args:
        axes (Axes): Where to draw; panels that share it keep the larger range.
        bars (Sequence[Bar]): What to draw, from top to bottom.
        level (float, optional): A reference, drawn as a dashed line; bars that are not
            ``reference`` then show their gap to it.
    """
    if level is not None:
        axes.axvline(level, color=LINE, linestyle='--', linewidth=1.5, zorder=3)
    for y, bar in enumerate(bars):
        axes.barh(y, bar.value, 0.66, color=SINGLE if bar.single else MULTI, zorder=2)
        points = list(bar.points) if len(bar.points) > 1 else []
        for i, point in enumerate(points):
            step = min(0.12, 0.44 / (len(points) - 1))
            offset = step * (i - (len(points) - 1) / 2)
            axes.plot(point, y + offset, '.', color=POINT, markersize=5, zorder=4)
        if bar.interval:
            axes.plot(bar.interval, [y, y], color=POINT, linewidth=1.2, zorder=4)
        label = f'{bar.value:.1f}'
        if level is not None and not bar.reference:
            label += f' ({signed(bar.value - level)})'
        # Behind the line and the points, which a label would hide.
        end = max(bar.value, *points, *(bar.interval or ()), level or 0.0)
        axes.annotate(
            label,
            (end, y),
            xytext=(5, 0),
            textcoords='offset points',
            va='center',
            fontsize=9,
        )
    axes.set_yticks(range(len(bars)), [bar.name for bar in bars])
    axes.set_ylim(len(bars) - 0.4, -0.6)
    # Room for the labels behind the longest bar, in the widest of shared panels.
    longest = max(
        [level or 0.0, *(p for bar in bars for p in (bar.value, *bar.points))]
    )
    end = max((1.2 if level is None else 1.45) * longest, axes.get_xlim()[1])
    axes.set_xlim(0, end)
    step = 20 if end > 60 else 10 if end > 20 else 2
    axes.set_xticks(range(0, int(min(end, 100)) + 1, step))
    axes.spines[['top', 'right']].set_visible(False)
    axes.grid(axis='x', color='#E6E6E6', linewidth=0.8)
    axes.set_axisbelow(True)


def add_legend(figure: Figure, single: bool, level: bool, points: bool) -> None:
    """Explain, below the panels, those marks that a figure has."""
    handles: list[Patch | Line2D] = [Patch(color=MULTI, label='several modalities')]
    if single:
        handles.append(Patch(color=SINGLE, label='one modality'))
    if level:
        handles.append(
            Line2D([], [], color=LINE, linestyle='--', label='encoder trained alone')
        )
    if points:
        handles.append(
            Line2D([], [], color=POINT, marker='.', linestyle='', label='one seed')
        )
    figure.legend(
        handles=handles, loc='outside lower center', ncols=4, frameon=False, fontsize=9
    )


def signed(difference: float) -> str:
    """A difference in points with its sign, and a true minus."""
    return f'{difference:+.1f}'.replace('-', '\N{MINUS SIGN}')
