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
    """One bar: a method's name, its mean and its seeds in percent."""

    name: str
    value: float
    points: Sequence[float] = ()
    single: bool = False


def new_figure(width: float, height: float) -> Figure:
    """Make a figure (in inches) that no global state knows of."""
    figure = Figure(figsize=(width, height), dpi=150, layout='constrained')
    FigureCanvasAgg(figure)
    return figure


def draw_bars(axes: Axes, bars: Sequence[Bar], level: float | None = None) -> None:
    """Draw bars from zero, so that their lengths compare, and label them.

    Args:
        axes (Axes): Where to draw; panels that share it keep the larger range.
        bars (Sequence[Bar]): What to draw, from left to right.
        level (float, optional): A reference, drawn as a dashed line; bars that are not
            ``single`` then show their gap to it.
    """
    if level is not None:
        axes.axhline(level, color=LINE, linestyle='--', linewidth=1.5, zorder=3)
    for x, bar in enumerate(bars):
        axes.bar(x, bar.value, 0.66, color=SINGLE if bar.single else MULTI, zorder=2)
        points = list(bar.points) if len(bar.points) > 1 else []
        for i, point in enumerate(points):
            step = min(0.12, 0.44 / (len(points) - 1))
            offset = step * (i - (len(points) - 1) / 2)
            axes.plot(x + offset, point, '.', color=POINT, markersize=5, zorder=4)
        label = f'{bar.value:.1f}'
        if level is not None and not bar.single:
            label += f'\n({signed(bar.value - level)})'
        # Above the line and the points, which a label would hide.
        top = max([bar.value, *points, *([] if level is None else [level])])
        axes.annotate(
            label,
            (x, top),
            xytext=(0, 5),
            textcoords='offset points',
            ha='center',
            fontsize=9,
        )
    axes.set_xticks(range(len(bars)), [bar.name for bar in bars])
    if any(len(bar.name) > 8 for bar in bars):
        for text in axes.get_xticklabels():
            text.set(rotation=30, ha='right', rotation_mode='anchor')
    axes.set_xlim(-0.6, len(bars) - 0.4)
    # Room for the labels above the highest bar, in the highest of shared panels.
    highest = max(
        [level or 0.0, *(p for bar in bars for p in (bar.value, *bar.points))]
    )
    top = max(1.22 * highest, axes.get_ylim()[1])
    axes.set_ylim(0, top)
    step = 20 if top > 60 else 10 if top > 20 else 2
    axes.set_yticks(range(0, int(min(top, 100)) + 1, step))
    axes.set_xlabel('Method')
    axes.spines[['top', 'right']].set_visible(False)
    axes.grid(axis='y', color='#E6E6E6', linewidth=0.8)
    axes.set_axisbelow(True)


def add_legend(figure: Figure, single: bool, level: bool, points: bool) -> None:
    """Explain, below the panels, those marks that a figure has."""
    handles: list[Patch | Line2D] = [Patch(color=MULTI, label='several modalities')]
    if single:
        handles.append(Patch(color=SINGLE, label='one modality, trained alone'))
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
