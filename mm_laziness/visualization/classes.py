"""Pictures of accuracies class by class."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from .bars import LINE
from .class_drawing import new_canvas, row_label, tidy
from .class_gains import plot_class_gains
from .class_tables import shown_classes
from .names import display_name

__all__ = ['plot_class_accuracies', 'plot_class_gains']

# Okabe and Ito's palette again, dark ones first; shapes differ too.
_COLORS = ('#0072B2', '#E69F00', '#009E73', '#CC79A7', '#56B4E9', '#222222')
_MARKS = ('s', '^', 'D', 'v', 'P', 'X')


def plot_class_accuracies(
    report: Mapping[str, Any], classes: Sequence[int] | None = None
) -> Figure:
    """Draw the accuracy of each model in some classes.

    Args:
        report (Mapping): What ``class_report`` returned.
        classes (Sequence[int], optional): From top to bottom. Defaults to those in
            which joint training exceeds the sum of the uni-modal models, and those of
            the largest gains.

    Returns:
        Figure: A row per class, a dot per model; uni-modal models are hollow. A black
        bar is their sum, a shaded row a class that exceeds it.

    Raises:
        ValueError: If a class is unknown or there is none with samples.
    """
    rows = _rows(report, shown_classes(report) if classes is None else classes)
    names = report['names']
    paired = [bool(row['exceeds_sum']) for row in rows]
    with_sum = len(report['unimodal']) > 1
    figure = new_canvas(9.0, 1.6 + len(rows) * max(0.34, 0.075 * len(names)))
    axes = figure.add_subplot()
    offsets = np.linspace(-0.3, 0.3, len(names)) if len(names) > 1 else [0.0]
    for y, row in enumerate(rows):
        if paired[y]:
            axes.axhspan(y - 0.5, y + 0.5, color='#FFF3E0', zorder=0)
        for name, offset in zip(names, offsets, strict=True):
            axes.plot(
                row['accuracy'][name], y + offset, **_style(report, name), zorder=3
            )
        # More than 100 cannot be exceeded.
        if with_sum and row['unimodal_sum'] <= 100:
            total = row['unimodal_sum']
            axes.plot([total] * 2, [y - 0.4, y + 0.4], color='black', lw=1.6, zorder=2)
    for y in range(len(rows) - 1):
        axes.axhline(y + 0.5, color='#E6E6E6', linewidth=0.8, zorder=1)
    axes.set_yticks(range(len(rows)), [row_label(row) for row in rows])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(-2, 102)
    axes.set_xlabel('Accuracy within the class (%); in brackets: test samples')
    axes.set_title('Accuracy by class')
    tidy(axes)
    handles: list[Any] = [
        Line2D([], [], label=display_name(name), **_style(report, name))
        for name in names
    ]
    if with_sum:
        handles.append(
            Line2D([], [], color='black', lw=1.6, label='sum of uni-modal, up to 100')
        )
    if any(paired):
        joint = display_name(report['joint'])
        handles.append(Patch(color='#FFF3E0', label=f'{joint} exceeds the sum'))
    figure.legend(
        handles=handles, loc='outside lower center', ncols=4, frameon=False, fontsize=9
    )
    return figure


def _style(report: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Of a model's dot: those of one modality are hollow, the joint one stands out."""
    if name == report['joint']:
        return dict(marker='*', color=LINE, markersize=11, linestyle='')
    others = [other for other in report['names'] if other != report['joint']]
    place = others.index(name)
    color = _COLORS[place % len(_COLORS)]
    face = 'white' if name in report['unimodal'] else color
    return dict(
        marker=_MARKS[place % len(_MARKS)],
        color=color,
        markerfacecolor=face,
        markersize=6,
        linestyle='',
    )


def _rows(report: Mapping[str, Any], classes: Sequence[int]) -> list[Mapping[str, Any]]:
    table = report['table']
    unknown = [index for index in classes if not 0 <= index < len(table)]
    if unknown:
        raise ValueError(f'there are no classes {unknown}, only 0 to {len(table) - 1}')
    rows = [table[index] for index in classes if table[index]['count']]
    if not rows:
        raise ValueError(f'none of the classes {list(classes)} has test samples')
    return rows
