"""Figures of the study: the three kinds of laziness, the bound, and the boost."""

from collections.abc import Callable, Mapping
from typing import Any

from matplotlib.figure import Figure

from mm_laziness.visualization.bars import LINE, POINT
from mm_laziness.visualization.panels import below, color_of, new_panels

from .curves import SHARE, draw_curve, label_axes, use_log_scale

UME, JOINT, UMT, PUSHED = color_of(0), color_of(1), color_of(2), color_of(4)


def plot_quantity(results: Mapping[str, Any]) -> Figure:
    """Theorem (a): how many features are learned, and how often the claim holds."""
    rows = results['sweeps'][0]['rows']
    figure, (left, right) = new_panels(2, 2.9)
    handles = [
        draw_curve(left, rows, 'learned_ume', 'UME', UME, 'o'),
        draw_curve(left, rows, 'learned_m1_alone', 'm1 alone', UME, 's', '--'),
        draw_curve(left, rows, 'learned_joint', 'joint', JOINT, 'D'),
        draw_curve(
            left, rows, 'learned_joint_paired', 'joint, paired', JOINT, 'v', '--'
        ),
    ]
    label_axes(left, SHARE, 'Learned features')
    claims = {
        'a_holds': ('joint < UME', UMT, 'o'),
        'a_strong_or_equal': ('joint \u2264 each modality alone', PUSHED, 's'),
    }
    for key, (name, color, marker) in claims.items():
        handles.append(draw_curve(right, rows, key, name, color, marker))
    handles.append(
        draw_curve(
            right, rows, 'separable', 'zero error reached', POINT, '^', ':', 'all'
        )
    )
    label_axes(right, SHARE, 'Share of trials', (0, 1.05))
    figure.suptitle('Quantity laziness: what UME and joint training learn', fontsize=11)
    below(figure, handles)
    return figure


def plot_unimodal(results: Mapping[str, Any]) -> Figure:
    """Theorem (b): the error of each modality's features, alone and of joint training.

    Both sweeps; paired features do not vote, for they are no encoder's own.
    """
    figure, panels = new_panels(len(results['sweeps']), 2.9, sharey=True)
    for axes, sweep in zip(panels, results['sweeps'], strict=True):
        names = _modalities(results)
        handles = []
        for index, name in enumerate(names):
            for way, style in (('alone', '-'), ('joint', '--')):
                key, color = f'error_{name}_{way}', color_of(index)
                label = f'{name}, {way}'
                marker = 'o' if way == 'alone' else 'D'
                handles.append(
                    draw_curve(axes, sweep['rows'], key, label, color, marker, style)
                )
        label_axes(axes, SHARE, 'Error of a modality', (0, 0.55))
        axes.set_title(_strength(sweep), fontsize=10)
    figure.suptitle(
        'Uni-modal laziness: each modality, alone and of joint training', fontsize=11
    )
    below(figure, handles)
    return figure


def plot_performance(results: Mapping[str, Any]) -> Figure:
    """Theorem (c): the error of UME and of joint training, and where they cross."""
    figure, panels = new_panels(len(results['sweeps']), 2.9, sharey=True)
    for axes, sweep in zip(panels, results['sweeps'], strict=True):
        handles = []
        for key, name, color in (('ume', 'UME', UME), ('joint', 'joint', JOINT)):
            for kind, style in (('all', '-'), ('separable', '--')):
                label = f'{name}, {"all trials" if kind == "all" else "zero error"}'
                handles.append(
                    draw_curve(
                        axes,
                        sweep['rows'],
                        f'error_{key}',
                        label,
                        color,
                        'o' if key == 'ume' else 'D',
                        style,
                        kind,
                    )
                )
        label_axes(axes, SHARE, 'Error on new samples (log)')
        use_log_scale(axes)
        title = _strength(sweep)
        if sweep['crossing'] is not None:
            axes.axvline(sweep['crossing'], color=LINE, linestyle=':', linewidth=1.5)
            title += f'; equal at {sweep["crossing"]:.2f}'
        axes.set_title(title, fontsize=10)
    figure.suptitle(
        'Performance laziness: UME and joint training on new samples', fontsize=11
    )
    below(figure, handles)
    return figure


def plot_bound(results: Mapping[str, Any]) -> Figure:
    """Theorem (c): what Hoeffding's inequality proves, and what is true."""
    rows = results['sweeps'][0]['rows']
    figure, (left, right) = new_panels(2, 2.9)
    handles = [
        draw_curve(left, rows, 'bound', "Hoeffding's bound", JOINT, 'D'),
        draw_curve(left, rows, 'failure', 'exact', UME, 'o'),
    ]
    label_axes(left, SHARE, 'Chance that UME leads by nothing', (0, 1.05))
    for index, delta in enumerate(results['settings']['deltas']):
        key, color = f'c_applies_{delta:g}', color_of(index + 2)
        label = f'condition holds, \u03b4 = {delta:g}'
        handles.append(draw_curve(right, rows, key, label, color, 's^vPoD'[index % 6]))
    label_axes(right, SHARE, 'Share of trials', (0, None))
    figure.suptitle(
        'Theorem 3.4 (c): what is proved, what is true, and how often', fontsize=11
    )
    below(figure, handles, columns=3)
    return figure


def plot_boost(results: Mapping[str, Any]) -> Figure:
    """Theorem 3.5: what a push of the uni-modal features does."""
    rows = results['boosts']['rows']
    figure, panels = new_panels(2, 2.9)
    ways = {
        'joint': ('joint', JOINT, 'D'),
        'pushed': ('joint, pushed (Ex. B.5)', PUSHED, 's'),
        'ume': ('UME', UME, 'o'),
        'umt': ('UMT (Thm. 3.5)', UMT, '^'),
    }
    for axes, quantity in zip(panels, ('learned', 'error'), strict=True):
        handles = [
            draw_curve(axes, rows, f'{quantity}_{key}', *style, x='boost')
            for key, style in ways.items()
        ]
    label_axes(panels[0], 'Boost of uni-modal features', 'Learned features', (0, None))
    label_axes(panels[1], 'Boost of uni-modal features', 'Error on new samples (log)')
    use_log_scale(panels[1])
    figure.suptitle('Theorem 3.5: what a boost of uni-modal features does', fontsize=11)
    below(figure, handles)
    return figure


FIGURES: dict[str, Callable[[Mapping[str, Any]], Figure]] = {
    'quantity': plot_quantity,
    'unimodal': plot_unimodal,
    'performance': plot_performance,
    'bound': plot_bound,
    'boost': plot_boost,
}


def _modalities(results: Mapping[str, Any]) -> list[str]:
    return [f'm{i + 1}' for i in range(results['settings']['modalities'])]


def _strength(sweep: Mapping[str, Any]) -> str:
    low, high = sweep['paired_p']
    return f'paired p {low:g} to {high:g}'
