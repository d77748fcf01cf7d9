"""Curves over the epochs of one run: which encoder lags behind, and since when."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from .bars import LINE, POINT
from .names import display_name
from .panels import (
    below,
    color_of,
    epoch_axis,
    line_of,
    log_axis,
    marker_size,
    panel_groups,
    with_gaps,
)

# Of each modality's own panel, the validation last, on top. Where no colour is given it
# is the modality's.
_ACCURACIES: dict[str, dict[str, Any]] = {
    'train_top1': dict(alpha=0.45, marker='.', label='training'),
    'reference_top1': dict(color=LINE, linestyle='--', label='trained alone'),
    'val_top1': dict(marker='o', label='validation'),
    'probe_top1': dict(color=POINT, marker='D', linestyle='', label='linear probe'),
}
# Of panels that compare the modalities.
_SIGNALS = {
    'grad_share': 'Share of the gradient norm (%)',
    'grad_norm': 'Gradient norm',
    'feature_norm': 'Feature norm',
    'ogm_ratio': 'OGM ratio (log)',
}
_LOGARITHMIC = ('ogm_ratio',)


def plot_curves(laziness: Mapping[str, Any], method: str) -> Figure:
    """Draw what ``LazinessMonitorHook`` has seen of each modality.

    Args:
        laziness (Mapping): Its JSON, in percent.
        method (str): Of whose run.

    Returns:
        Figure: A panel of accuracies per modality, then one for each of gradients,
        features and OGM's ratio that was measured. Lines break at missing numbers.

    Raises:
        ValueError: If it has no number of any modality.
    """
    epochs = laziness.get('epochs') or []
    names = list(laziness.get('modalities') or [])
    known = [n for n in names if any(_series(epochs, n, k) for k in _ACCURACIES)]
    signals = [k for k in _SIGNALS if any(_series(epochs, n, k) for n in names)]
    if not known and not signals:
        raise ValueError(
            f'the curves of {method!r} have no number of any modality in {len(epochs)} '
            'epochs; train with LazinessMonitorHook for an epoch'
        )
    if 'grad_share' in signals and 'grad_norm' in signals:
        # They say the same, the share without the scale of the loss.
        signals.remove('grad_norm')
    # Rows of their own: a panel of accuracies is not read with one of gradients.
    figure, (accuracies, others) = panel_groups([len(known), len(signals)], 2.3)
    at = [entry['epoch'] for entry in epochs]
    handles: dict[str, Line2D] = {}
    for axes, name in zip(accuracies, known, strict=True):
        color = color_of(names.index(name))
        handles |= _draw_accuracies(axes, at, epochs, name, color)
        axes.set_title(f'{name}{_gap(epochs, name)}', fontsize=10)
    top = max((axes.get_ylim()[1] for axes in accuracies), default=0)
    for axes in accuracies:
        axes.set_ylim(0, min(1.05 * top, 103))
        axes.set_ylabel('Top-1 accuracy (%)', fontsize=9)
    for axes, key in zip(others, signals, strict=True):
        handles |= _draw_signal(axes, at, epochs, names, key)
    if len(names) == 1:
        # All is of this one, as its title says.
        handles.pop(names[0], None)
    figure.suptitle(f'{display_name(method)}: {_finding(epochs, known)}', fontsize=11)
    below(figure, [handles[k] for k in [*_ACCURACIES, *names] if k in handles])
    return figure


def _series(
    epochs: Sequence[Mapping[str, Any]], name: str, key: str
) -> dict[float, float]:
    """Numbers of a modality by epoch, those that are missing left out."""
    found = {e['epoch']: e.get('modalities', {}).get(name, {}).get(key) for e in epochs}
    return {e: v for e, v in found.items() if v is not None and math.isfinite(v)}


def _draw_accuracies(
    axes: Axes,
    at: list[float],
    epochs: Sequence[Mapping[str, Any]],
    name: str,
    color: str,
) -> dict[str, Line2D]:
    handles = {}
    for key, style in _ACCURACIES.items():
        if series := _series(epochs, name, key):
            points = with_gaps(at, [series.get(epoch) for epoch in at])
            size = 5 if key == 'probe_top1' else marker_size(len(at))
            axes.plot(*points, markersize=size, **{'color': color, **style})
            # The same in all panels, whatever their modality's colour is.
            handles[key] = Line2D([], [], markersize=5, **{'color': POINT, **style})
    epoch_axis(axes, at)
    return handles


def _draw_signal(
    axes: Axes,
    at: list[float],
    epochs: Sequence[Mapping[str, Any]],
    names: Sequence[str],
    key: str,
) -> dict[str, Line2D]:
    handles = {}
    for index, name in enumerate(names):
        if series := _series(epochs, name, key):
            points = with_gaps(at, [series.get(epoch) for epoch in at])
            style = line_of(index, name)
            axes.plot(*points, markersize=marker_size(len(at)), **style)
            handles[name] = Line2D([], [], markersize=5, **style)
    if key in _LOGARITHMIC:
        log_axis(axes)
    axes.set_title(_SIGNALS[key], fontsize=10)
    epoch_axis(axes, at)
    return handles


def _gaps(epochs: Sequence[Mapping[str, Any]], name: str) -> dict[float, float]:
    own, alone = (_series(epochs, name, k) for k in ('val_top1', 'reference_top1'))
    return {epoch: own[epoch] - alone[epoch] for epoch in own if epoch in alone}


def _gap(epochs: Sequence[Mapping[str, Any]], name: str) -> str:
    """How far a modality is from training alone, in the last epoch that tells."""
    gaps = _gaps(epochs, name)
    if not gaps:
        return ''
    gap = gaps[max(gaps)]
    return f': {abs(gap):.1f} points {"below" if gap < 0 else "above"} training alone'


def _finding(epochs: Sequence[Mapping[str, Any]], names: Sequence[str]) -> str:
    gaps = {name: _gaps(epochs, name) for name in names}
    last = {name: of[max(of)] for name, of in gaps.items() if of}
    lazy = [name for name, gap in sorted(last.items(), key=lambda i: i[1]) if gap < 0]
    if not last:
        return f'accuracy {"of each modality " if len(names) > 1 else ""}over epochs'
    if not lazy:
        return 'no modality stays below training alone'
    return f'{lazy[0]} stays farthest below training alone'
