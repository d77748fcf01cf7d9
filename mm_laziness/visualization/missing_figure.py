"""What is left of the accuracy when a modality is missing at test time."""

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from .bars import SINGLE, signed
from .names import display_name
from .panels import below, color_of, new_panels

_COMPLETE = 'complete'
# Inches of one strategy's bar, which has to hold its number.
_BAR = 0.17


def plot_missing(missing: Mapping[str, Mapping[str, Any]]) -> Figure:
    """Draw the top-1 of each method without each modality, and what it loses.

    Args:
        missing (Mapping[str, Mapping]): By method, the JSON of ``test.py --missing``:
            ``complete`` and, by strategy and missing modality, accuracies in percent.

    Returns:
        Figure: A panel per missing modality, a row per method: behind, in grey, with
        everything; in front a bar per strategy, with its accuracy and its loss.

    Raises:
        ValueError: If no method was evaluated without a modality.
    """
    usable = {method: of for method, of in missing.items() if set(of) - {_COMPLETE}}
    strategies = list(
        dict.fromkeys(s for of in usable.values() for s in of if s != _COMPLETE)
    )
    lost = list(
        dict.fromkeys(
            m for of in usable.values() for s in strategies for m in of.get(s, {})
        )
    )
    if not lost:
        raise ValueError(
            f'none of {list(missing)} was evaluated without a modality; run '
            'tools/test.py with --missing'
        )
    height = 0.6 + len(usable) * (_BAR * len(strategies) + 0.12)
    figure, panels = new_panels(len(lost), height, sharey=True)
    for axes, name in zip(panels, lost, strict=True):
        drops = _draw_panel(axes, usable, strategies, name)
        title = f'Without {name}'
        if len(drops) > 1:
            least = min(drops, key=lambda method: drops[method])
            title += f'\nleast lost: {display_name(least)} ({signed(-drops[least])})'
        axes.set_title(title, fontsize=10)
    figure.suptitle('Top-1 accuracy (%) with a modality missing', fontsize=11)
    marks = [Patch(color=SINGLE, label='nothing missing')]
    for index, strategy in enumerate(strategies):
        marks.append(Patch(color=color_of(index), label=f'missing: {strategy}'))
    below(figure, marks)
    return figure


def _draw_panel(
    axes: Axes,
    missing: Mapping[str, Mapping[str, Any]],
    strategies: list[str],
    name: str,
) -> dict[str, float]:
    """Draw all methods without one modality; tell the smallest loss of each."""
    unit = 1 / (len(strategies) + 0.7)
    drops: dict[str, float] = {}
    longest = 1.0
    for row, (method, of) in enumerate(missing.items()):
        complete = _top1(of.get(_COMPLETE))
        if complete is not None:
            axes.barh(row, complete, 1 - 0.35 * unit, color=SINGLE, alpha=0.6, zorder=1)
        longest = max(longest, complete or 0)
        for index, strategy in enumerate(strategies):
            top1 = _top1(of.get(strategy, {}).get(name))
            if top1 is None:
                continue
            y = row + unit * (index - (len(strategies) - 1) / 2)
            axes.barh(y, top1, 0.8 * unit, color=color_of(index), zorder=2)
            longest = max(longest, top1)
            label = f'{top1:.1f}'
            if complete is not None:
                label += f' ({signed(top1 - complete)})'
                drops[method] = min(drops.get(method, complete), complete - top1)
            axes.annotate(
                label,
                (max(top1, complete or 0), y),
                xytext=(3, 0),
                textcoords='offset points',
                va='center',
                fontsize=8,
            )
    axes.set_yticks(range(len(missing)), [display_name(method) for method in missing])
    axes.set_ylim(len(missing) - 0.45, -0.55)
    axes.set_xlim(0, 1.5 * longest)
    axes.set_xticks(range(0, int(longest) + 1, 20 if longest > 40 else 10))
    axes.grid(visible=False, axis='y')
    return drops


def _top1(numbers: Mapping[str, float] | None) -> float | None:
    return (numbers or {}).get('top1')
