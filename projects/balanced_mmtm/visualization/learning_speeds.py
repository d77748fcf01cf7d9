"""Conditional learning speeds over a training, and when which modality waited."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, StepPatch

from mm_laziness.visualization.panels import below, color_of, panel_groups

_SPEED, _REBALANCED = 'speed_', 'rebalanced_'


def plot_learning_speeds(runs: Mapping[str, Sequence[Mapping[str, Any]]]) -> Figure:
    """Draw what ``RebalancingHook`` has logged, a panel per run.

    Args:
        runs (Mapping[str, Sequence[Mapping]]): By name, the logged training steps, as
            of ``read_run_log``: ``iter``, ``speed_<m>`` and ``rebalanced_<m>``. For
            windows that are drawn as they were, of every step
            (``default_hooks.logger.interval=1``).

    Returns:
        Figure: A line per modality; behind it, in its colour, the steps in which it was
        re-balanced. All panels have the same axes.

    Raises:
        ValueError: If a run has logged no speeds.
    """
    figure, panels = panel_groups([1] * len(runs), 1.9)
    first = panels[0][0]
    for (axes,) in panels[1:]:
        axes.sharex(first)
        axes.sharey(first)
    handles: dict[str, Line2D | Patch] = {}
    for (axes,), (name, lines) in zip(panels, runs.items(), strict=True):
        steps = [line for line in lines if any(key.startswith(_SPEED) for key in line)]
        if not steps:
            raise ValueError(
                f'the log of {name!r} has no learning speeds; train an MMTMRecognizer '
                'with RebalancingHook'
            )
        at = list(range(1, len(steps) + 1))
        if all('step' in step for step in steps):
            at = [step['step'] for step in steps]
        modalities = [
            key.removeprefix(_SPEED) for key in steps[-1] if key.startswith(_SPEED)
        ]
        for index, modality in enumerate(modalities):
            color = color_of(index)
            speeds = [step[_SPEED + modality] for step in steps]
            axes.plot(at, speeds, color=color, linewidth=1.5)
            handles[modality] = Line2D([], [], color=color, label=modality)
            waits = [step.get(_REBALANCED + modality, 0) > 0 for step in steps]
            if any(waits):
                # Each step to the middle of its neighbours, also a single one.
                middles = [(one + other) / 2 for one, other in pairwise(at)]
                axes.add_patch(
                    StepPatch(
                        waits,
                        [at[0] - 0.5, *middles, at[-1] + 0.5],
                        transform=axes.get_xaxis_transform(),
                        color=color,
                        alpha=0.25,
                        linewidth=0,
                    )
                )
                label = f'{modality} re-balanced'
                handles[label] = Patch(color=color, alpha=0.25, label=label)
        axes.set_title(name, fontsize=10)
        axes.set_ylabel('Learning speed (log10)', fontsize=9)
    panels[-1][0].set_xlabel('Training step', fontsize=9)
    figure.suptitle('Conditional learning speed of each modality', fontsize=11)
    below(figure, handles.values())
    return figure
