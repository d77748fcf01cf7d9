"""Pictures of Tables 20 and 21, and of the methods."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import mean, stdev
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from mm_laziness.visualization.bars import LINE, MULTI, POINT, SINGLE
from mm_laziness.visualization.names import display_name

from .method_tables import class_recalls, num_classes
from .store import Results
from .tables import NAMES, confusion_shares, sets_of, values_of

_COLORS = dict(first=SINGLE, second='#8C8C8C', multimodal=MULTI)
# Accuracy of who sees uni-modal features only: half of the paired samples, by chance.
UNIMODAL_LEVEL = dict(A=100.0, B=50.0, C=100 / 3 + 100 * 2 / 3 / 2)


def save_figures(
    networks: Results, methods: Results, paper: Mapping[str, Any], folder: Path
) -> list[Path]:
    """Save those pictures that there are results for.

    Args:
        networks (Results): Of the paper's networks.
        methods (Results): Of the methods; may be empty.
        paper (Mapping): ``accuracy`` and ``confusion`` as in configs/paper.py.
        folder (Path): Where to.

    Returns:
        list[Path]: The files.
    """
    figures = {'accuracy.png': plot_accuracy(networks, paper['accuracy'])}
    if 'C' in sets_of(networks):
        results = networks['first']['C']
        figures['confusion.png'] = plot_confusion(results, paper['confusion'])
    if methods:
        figures['methods.png'] = plot_methods(methods)
    for name, figure in figures.items():
        figure.savefig(folder / name, metadata={'Software': None})
    return [folder / name for name in figures]


def plot_accuracy(
    results: Results, paper: Mapping[str, Mapping[str, float]] | None = None
) -> Figure:
    """Draw top-1 of the networks on each set; error bars are sample deviations.

    Args:
        results (Results): Of the networks.
        paper (Mapping, optional): Percent by network and set, drawn as diamonds.
    """
    sets = sets_of(results)
    figure = _new_figure(7.4, 3.8)
    axes = figure.add_subplot()
    width = 0.8 / len(results)
    for i, (name, by_set) in enumerate(results.items()):
        places = [s + (i - (len(results) - 1) / 2) * width for s in range(len(sets))]
        values = [values_of(by_set.get(letter, []), 'top1') for letter in sets]
        drawn = [(x, v) for x, v in zip(places, values, strict=True) if v]
        xs, means = [x for x, _ in drawn], [mean(v) for _, v in drawn]
        label, color = NAMES.get(name, name), _COLORS.get(name)
        axes.bar(xs, means, 0.94 * width, color=color, label=label, zorder=2)
        spreads = [stdev(v) if len(v) > 1 else 0.0 for _, v in drawn]
        axes.errorbar(xs, means, spreads, fmt='none', ecolor=POINT, capsize=3, zorder=3)
        for x, value in zip(xs, means, strict=True):
            axes.text(x, 3, f'{value:.1f}', ha='center', fontsize=9, zorder=5)
        if theirs := [
            (x, (paper or {})[name][letter])
            for x, letter in zip(places, sets, strict=True)
            if letter in (paper or {}).get(name, {})
        ]:
            label = 'paper (Table 20)' if i == 0 else '_'
            axes.plot(*zip(*theirs, strict=True), 'D', color=LINE, label=label, ms=5)
    for s, letter in enumerate(sets):
        level = [UNIMODAL_LEVEL[letter]] * 2
        label = 'with uni-modal features alone' if s == 0 else '_'
        axes.plot([s - 0.45, s + 0.45], level, '--', color=LINE, lw=1.2, label=label)
    axes.set_xticks(range(len(sets)), [f'Set {letter}' for letter in sets])
    axes.set(ylim=(0, 109), ylabel='Test top-1 (%)', yticks=range(0, 101, 20))
    axes.set_title('Paired features need both modalities at once', fontsize=11)
    axes.spines[['top', 'right']].set_visible(False)
    figure.legend(loc='outside lower center', ncols=3, frameon=False, fontsize=9)
    return figure


def plot_confusion(
    results: Sequence[Mapping[str, Any]], paper: Sequence[Sequence[float]]
) -> Figure:
    """Draw a uni-modal network's confusion matrix beside the paper's (Table 21).

    Args:
        results (Sequence[Mapping]): Of one network on one set, one per seed.
        paper (Sequence[Sequence[float]]): Percent (K, K).
    """
    figure = _new_figure(7.2, 3.5)
    left, right = figure.subplots(1, 2)
    for axes, values, title in (
        (left, confusion_shares(results).tolist(), 'measured'),
        (right, [list(row) for row in paper], 'paper (Table 21)'),
    ):
        names = [str(k) for k in range(len(values))]
        draw_cells(axes, values, names, names)
        axes.set(xlabel='Predicted class', ylabel='True class', title=title)
    figure.suptitle('Uni-modal network on set C: share of the true class (%)')
    return figure


def plot_methods(results: Results, recall_of: str = 'C') -> Figure:
    """Draw top-1 of each method on each set, and its recall of one set's classes.

    Args:
        results (Results): Of the methods.
        recall_of (str): The set whose classes are looked at one by one.
    """
    sets, classes = sets_of(results), num_classes(results, recall_of)
    figure = _new_figure(7.6, 1.6 + 0.32 * len(results))
    axes = figure.add_subplot()
    missing = float('nan')
    cells = []
    for name, by_set in results.items():
        row = [values_of(by_set.get(letter, []), 'top1') for letter in sets]
        recalls = class_recalls(results, name, recall_of) or [missing] * classes
        cells.append([mean(v) if v else missing for v in row] + recalls)
    columns = [f'set {letter}' for letter in sets]
    columns += [f'{recall_of}: class {k}' for k in range(classes)]
    draw_cells(axes, cells, [display_name(name) for name in results], columns)
    axes.xaxis.tick_top()
    if classes:
        axes.axvline(len(sets) - 0.5, color='white', linewidth=4)
    axes.set_title('Test top-1, and recall of the classes of set C (%)', fontsize=11)
    return figure


def draw_cells(
    axes: Axes,
    values: Sequence[Sequence[float]],
    rows: Sequence[str],
    columns: Sequence[str],
) -> None:
    """Draw percentages as coloured cells with their number; NaN stays empty."""
    axes.imshow(values, cmap='Blues', vmin=0, vmax=130, aspect='auto')
    for y, row in enumerate(values):
        for x, value in enumerate(row):
            if value == value:
                color = 'white' if value > 85 else POINT
                style: dict[str, Any] = dict(ha='center', va='center', fontsize=9)
                axes.text(x, y, f'{value:.1f}', color=color, **style)
    axes.set_xticks(range(len(columns)), columns, fontsize=9)
    axes.set_yticks(range(len(rows)), rows, fontsize=9)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def _new_figure(width: float, height: float) -> Figure:
    figure = Figure(figsize=(width, height), dpi=120, layout='constrained')
    FigureCanvasAgg(figure)
    return figure
