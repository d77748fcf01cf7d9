"""A picture of what :func:`choose_method` found."""

from collections.abc import Mapping
from typing import Any

from matplotlib.figure import Figure
from matplotlib.patches import Patch

from .advice import guidance_rows
from .bars import MULTI, POINT, SINGLE, Bar, new_figure

_SLICE = '#E69F00'


def plot_guidance(guidance: Mapping[str, Any]) -> Figure:
    """Draw MM Clf, the averages, the uni-modal models and MM Clf's slices.

    Args:
        guidance (Mapping[str, Any]): What ``choose_method`` returned.

    Returns:
        Figure: A bar per accuracy, with its 95 % interval; the title is the advice.
    """
    rows = guidance_rows(guidance)
    figure = new_figure([[Bar(name, top1) for name, top1, _ in rows]], 5.5)
    axes = figure.add_subplot()
    modalities = len(guidance['unimodal'])
    colors = [SINGLE] * modalities + [_SLICE] * modalities + [MULTI] * 3
    for y, ((_, top1, (low, high)), color) in enumerate(zip(rows, colors, strict=True)):
        axes.barh(y, top1, 0.66, color=color, zorder=2)
        axes.plot([low, high], [y, y], color=POINT, linewidth=1.5, zorder=3)
        axes.plot([low, high], [y, y], '|', color=POINT, markersize=7, zorder=3)
        axes.annotate(
            f'{top1:.1f}',
            (high, y),
            xytext=(6, 0),
            textcoords='offset points',
            va='center',
            fontsize=9,
        )
    axes.set_yticks(range(len(rows)), [name for name, _, _ in rows])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(0, max(1.0, 1.14 * max(ends[1] for _, _, ends in rows)))
    axes.set_xlabel('Top-1 accuracy (%), with 95 % interval')
    axes.set_title(_title(guidance), fontsize=11)
    axes.spines[['top', 'right']].set_visible(False)
    axes.grid(axis='x', color='#E6E6E6', linewidth=0.8)
    axes.set_axisbelow(True)
    handles = [
        Patch(color=SINGLE, label='uni-modal model'),
        Patch(color=_SLICE, label="slice of MM Clf's layer"),
        Patch(color=MULTI, label='all modalities'),
    ]
    figure.legend(
        handles=handles, loc='outside lower center', ncols=3, frameon=False, fontsize=9
    )
    return figure


def _title(guidance: Mapping[str, Any]) -> str:
    if not guidance['clear']:
        return 'UMT or UME? Too close to call'
    if guidance['method'] == 'UMT':
        return 'Use UMT: MM Clf beats the average of logits'
    return 'Use UME: the average of logits beats MM Clf'
