"""Lines of the study's figures, with their intervals."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

SHARE = 'Share of paired features'
# Fewer trials than these are no point of a line.
_FEW = 10


def draw_curve(
    axes: Axes,
    rows: Sequence[Mapping[str, Any]],
    key: str,
    name: str,
    color: str,
    marker: str,
    style: str = '-',
    kind: str = 'separable',
    x: str = 'share',
) -> Line2D:
    """Draw means with their 95 % interval; what few trials say is left out."""
    points = [(row[x], row[kind][key]) for row in rows]
    at = [place for place, found in points if found['trials'] >= _FEW]
    known = [found for _, found in points if found['trials'] >= _FEW]
    look: dict[str, Any] = dict(color=color, marker=marker, linestyle=style)
    look |= dict(markersize=4, label=name)
    axes.plot(at, [found['mean'] for found in known], **look)
    low, high = ([found[end] for found in known] for end in ('low', 'high'))
    axes.fill_between(at, low, high, color=color, alpha=0.2, linewidth=0)
    return Line2D([], [], **look)


def label_axes(
    axes: Axes,
    x: str,
    y: str,
    limits: tuple[float, float | None] | None = None,
) -> None:
    """Name both axes; limits are of the values'."""
    axes.set_xlabel(x, fontsize=9)
    axes.set_ylabel(y, fontsize=9)
    if limits:
        axes.set_ylim(*limits)
    if x == SHARE:
        axes.set_xlim(-0.03, 1.03)


def use_log_scale(axes: Axes) -> None:
    """Make the values' axis logarithmic, if there is a positive value to show."""
    # Of an axis without one Matplotlib cannot place the ticks.
    if any((np.asarray(line.get_ydata()) > 0).any() for line in axes.lines):
        axes.set_yscale('log')
