"""What a method has decided while it trained: weights, coefficients, dimensions."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from .bars import POINT
from .names import display_name
from .panels import (
    DARK,
    below,
    color_of,
    epoch_axis,
    line_of,
    log_axis,
    marker_size,
    new_panels,
    with_gaps,
)

# Room of a number within its segment, in shares of the axis: per digit, at its sides.
_DIGIT, _SIDES = 0.0145, 0.012
_LIGHT = '#FFFFFF'
# Effective in this modality alone, in all, in some others as well, in none of ours.
_DIMENSIONS = {
    'effective here alone': '#0072B2',
    'effective in all': '#56B4E9',
    'effective in some others, too': '#E69F00',
    'not effective': '#DDDDDD',
}


def plot_blending_weights(history: Sequence[Mapping[str, Any]], method: str) -> Figure:
    """Draw G-Blending's loss weights, a bar per estimate.

    Args:
        history (Sequence[Mapping]): ``epoch`` (0-based, from which on it holds) and
            ``weights`` by classifier, of each estimate.
        method (str): Of whose run.

    Raises:
        ValueError: If there is no estimate.
    """
    if not history:
        raise ValueError(f'{method!r} has no estimate of loss weights to show')
    names = list(history[0]['weights'])
    figure, (axes,) = new_panels(1, 0.5 + 0.33 * len(history))
    widest = max(sum(estimate['weights'].values()) for estimate in history)
    for row, estimate in enumerate(history):
        parts = [
            (estimate['weights'].get(n, 0.0), color_of(names.index(n))) for n in names
        ]
        _stack(axes, row, parts, widest, '.2f')
    _rows(axes, _spans([estimate['epoch'] for estimate in history]))
    axes.set_xlabel('Weight of the loss', fontsize=9)
    axes.set_xlim(0, widest)
    mean = {n: sum(e['weights'].get(n, 0.0) for e in history) for n in names}
    largest = max(mean, key=lambda name: mean[name])
    title = f'the {largest} loss weighs most'
    if len(history) == 1:
        title += ' (one estimate, before training)'
    axes.set_title(f'{display_name(method)}: {title}', fontsize=10)
    below(figure, [Patch(color=color_of(i), label=n) for i, n in enumerate(names)])
    return figure


def plot_modulation(history: Mapping[str, Any], method: str) -> Figure:
    """Draw OGM's ratio and coefficient of each modality over epochs.

    Args:
        history (Mapping): ``epoch`` (epochs finished), ``ratio`` and ``coefficient``,
            each a list by modality.
        method (str): Of whose run.

    Raises:
        ValueError: If there is no epoch.
    """
    epochs = history['epoch']
    if not epochs:
        raise ValueError(f'{method!r} has no epoch of modulation to show')
    names = list(history['coefficient'])
    figure, panels = new_panels(2, 2.6)
    keys = ('ratio', 'coefficient')
    for axes, key in zip(panels, keys, strict=True):
        lines = []
        for index, name in enumerate(names):
            style = line_of(index, name)
            points = with_gaps(epochs, history[key][name])
            axes.plot(*points, markersize=marker_size(len(epochs)), **style)
            lines.append(Line2D([], [], markersize=5, **style))
        epoch_axis(axes, epochs)
    log_axis(panels[0])
    panels[0].set_title('Confidence over that of the others (log)', fontsize=10)
    panels[1].set_ylim(0, 1.05)
    panels[1].set_title('Coefficient of the gradient', fontsize=10)
    figure.suptitle(f'{display_name(method)}: {_held_back(history)}', fontsize=11)
    below(figure, lines)
    return figure


def plot_dimensions(counts: Mapping[str, Mapping[str, int]], method: str) -> Figure:
    """Draw how many of each modality's dimensions DI-MML found effective, and where.

    Args:
        counts (Mapping[str, Mapping[str, int]]): By modality ``width``, ``effective``,
            ``only`` (in no other modality) and ``all`` (in every one; with two
            modalities it follows from the others).
        method (str): Of whose run.

    Raises:
        ValueError: If there is no modality.
    """
    if not counts:
        raise ValueError(f'{method!r} has no dimensions to show')
    figure, (axes,) = new_panels(1, 0.5 + 0.4 * len(counts))
    widest = max(of['width'] for of in counts.values())
    kinds = []
    for row, of in enumerate(counts.values()):
        shared = of['effective'] - of['only']
        everywhere = of.get('all', shared if len(counts) == 2 else 0)
        kinds.append(
            [of['only'], everywhere, shared - everywhere, of['width'] - of['effective']]
        )
        colors = _DIMENSIONS.values()
        _stack(axes, row, list(zip(kinds[-1], colors, strict=True)), widest, 'd')
    _rows(axes, list(counts))
    axes.set_xlabel('Dimensions of the features', fontsize=9)
    axes.set_xlim(0, widest)
    teaches = {name: of['only'] for name, of in counts.items()}
    most = max(teaches, key=lambda name: teaches[name])
    title = f'{most} has most to teach ({teaches[most]} dimensions of its own)'
    if len(set(teaches.values())) == 1 < len(teaches):
        title = f'each modality has {teaches[most]} effective dimensions of its own'
    axes.set_title(f'{display_name(method)}: {title}', fontsize=10)
    used = [any(row[i] for row in kinds) for i in range(len(_DIMENSIONS))]
    marks = [Patch(color=c, label=n) for n, c in _DIMENSIONS.items()]
    below(figure, [mark for mark, use in zip(marks, used, strict=True) if use], 2)
    return figure


def _stack(
    axes: Axes, row: int, parts: Sequence[tuple[float, str]], widest: float, spec: str
) -> None:
    """Draw one bar of segments, and their numbers where they have room."""
    left = 0.0
    for value, color in parts:
        axes.barh(row, value, 0.7, left=left, color=color, edgecolor=_LIGHT, zorder=2)
        label = format(value, spec)
        if value >= (_DIGIT * len(label) + _SIDES) * widest:
            axes.text(
                left + value / 2,
                row,
                label,
                ha='center',
                va='center',
                fontsize=9,
                color=_LIGHT if color in DARK else POINT,
                zorder=3,
            )
        left += value


def _rows(axes: Axes, names: Sequence[str]) -> None:
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.grid(visible=False, axis='y')


def _spans(starts: Sequence[int]) -> list[str]:
    """Epochs of each estimate, counted from 1 as in MMEngine's logs."""
    if len(starts) == 1:
        return ['all epochs' if starts[0] == 0 else f'from epoch {starts[0] + 1}']
    spans = []
    for start, end in zip(starts, starts[1:], strict=False):
        one = end == start + 1
        spans.append(f'epoch {end}' if one else f'epochs {start + 1}\N{EN DASH}{end}')
    return [*spans, f'from epoch {starts[-1] + 1}']


def _held_back(history: Mapping[str, Any]) -> str:
    """Which modality's gradient is weakened most, on average."""
    means = {}
    for name, values in history['coefficient'].items():
        known = [value for value in values if value is not None]
        if known:
            means[name] = sum(known) / len(known)
    if not means or min(means.values()) > 0.995:
        return 'no gradient was weakened'
    name = min(means, key=lambda of: means[of])
    return f'{name} is held back, mean coefficient {means[name]:.2f}'
