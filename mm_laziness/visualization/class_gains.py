"""A picture of what joint training gains in each class."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from .bars import LINE, MULTI, signed
from .class_drawing import new_canvas, row_label, tidy
from .names import display_name

# Beyond so many classes, names stand beside the bars instead of at each.
_NAMED = 40
_BAND: dict[str, Any] = dict(color='#222222', alpha=0.18, linewidth=0)
_INTERVAL = '95 % interval'


def plot_class_gains(report: Mapping[str, Any]) -> Figure:
    """Draw the gain of joint training over the best uni-modal model in all classes.

    Args:
        report (Mapping): What ``class_report`` returned, with uni-modal models and a
            joint one.

    Returns:
        Figure: Sorted bars in points, with their 95 % intervals and names where there
        is room; orange bars are classes that exceed the sum of the uni-modal models.

    Raises:
        ValueError: If the report compares nothing.
    """
    rows = [row for row in report['table'] if row['gain'] is not None]
    if not rows:
        raise ValueError(
            'the report has no gains: it needs uni-modal models, a joint one and '
            f'samples, but has unimodal {report["unimodal"]} and joint '
            f'{report["joint"]!r}'
        )
    rows.sort(key=lambda row: -row['gain'])
    joint = display_name(report['joint'])
    label = f'Gain of {joint} over the best uni-modal model (points)'
    colors = [LINE if row['exceeds_sum'] else MULTI for row in rows]
    gains = [row['gain'] for row in rows]
    better, worse = sum(g > 0 for g in gains), sum(g < 0 for g in gains)
    title = f'{joint} is better in {better} of {len(rows)} classes, worse in {worse}'
    if len(rows) <= _NAMED:
        figure = new_canvas(8.0, 1.7 + 0.27 * len(rows))
        axes = figure.add_subplot()
        _draw_named(axes, rows, colors)
        axes.set_xlabel(label)
    else:
        figure = new_canvas(10.0, 5.2)
        axes = figure.add_subplot()
        _draw_many(axes, rows, colors)
        axes.set_ylabel(label)
    axes.set_title(title)
    handles: list[Any] = []
    if any(row['exceeds_sum'] for row in rows):
        handles.append(Patch(color=LINE, label='exceeds the sum of the uni-modal'))
        handles.append(Patch(color=MULTI, label='does not'))
    if len(rows) <= _NAMED:
        handles.append(Line2D([], [], color='#444444', label=_INTERVAL))
    else:
        handles.append(Patch(**_BAND, label=_INTERVAL))
    figure.legend(
        handles=handles, loc='outside lower center', ncols=3, frameon=False, fontsize=9
    )
    return figure


def _draw_named(axes: Axes, rows: Sequence[Mapping], colors: Sequence[str]) -> None:
    for y, (row, color) in enumerate(zip(rows, colors, strict=True)):
        axes.barh(y, row['gain'], 0.68, color=color, zorder=2)
        low, high = row['gain_interval']
        axes.plot([low, high], [y, y], color='#444444', linewidth=1.2, zorder=3)
        axes.annotate(
            signed(row['gain']),
            (max(high, row['gain'], 0), y),
            xytext=(5, 0),
            textcoords='offset points',
            va='center',
            fontsize=8,
        )
    axes.axvline(0, color='black', linewidth=0.8, zorder=3)
    axes.set_yticks(range(len(rows)), [row_label(row) for row in rows])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.margins(x=0.12)
    tidy(axes)


def _draw_many(axes: Axes, rows: Sequence[Mapping], colors: Sequence[str]) -> None:
    gains = np.array([row['gain'] for row in rows])
    low, high = np.array([row['gain_interval'] for row in rows]).T
    places = np.arange(len(rows))
    axes.bar(places, gains, 1.0, color=colors, zorder=2)
    axes.fill_between(places, low, high, **_BAND, step='mid', zorder=3)
    axes.axhline(0, color='black', linewidth=0.8, zorder=3)
    axes.set_xlim(-0.5, len(rows) - 0.5)
    # Sorted bars leave the upper right and the lower left free for names, once both
    # sides of 0 have their room.
    room = 0.7 * np.abs([*low, *high]).max()
    axes.set_ylim(min(low.min(), -room) - 2, max(high.max(), room) + 2)
    axes.set_xlabel('Classes, sorted by gain; in brackets: test samples')
    axes.set_axisbelow(True)
    axes.grid(axis='y', color='#E6E6E6', linewidth=0.8)
    axes.spines[['top', 'right']].set_visible(False)
    best = [f'{signed(row["gain"])}  {row_label(row)}' for row in rows[:6]]
    worst = [f'{signed(row["gain"])}  {row_label(row)}' for row in rows[-6:]]
    _write(axes, ['Largest gains', *best], 0.98, 0.97, 'right', 'top')
    _write(axes, ['Smallest gains', *worst], 0.02, 0.03, 'left', 'bottom')


def _write(
    axes: Axes, lines: Sequence[str], x: float, y: float, side: str, edge: str
) -> None:
    axes.text(
        *(x, y, '\n'.join(lines)),
        ha=side,
        va=edge,
        transform=axes.transAxes,
        fontsize=8,
        linespacing=1.4,
        bbox=dict(color='white', alpha=0.8, pad=1),
        zorder=4,
    )
