"""Pictures of a study: how accurate the methods are, and how lazy their encoders."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .bars import Bar, add_legend, draw_bars, new_figure
from .names import display_name
from .results import (
    Results,
    check_results,
    modalities_of,
    seeds_of,
    unimodal_method,
    value_of,
)


def plot_accuracies(results: Results) -> Figure:
    """Draw the fused top-1 accuracy of each method, and of each of its seeds.

    Args:
        results (Results): A study's results, in percent.

    Returns:
        Figure: One panel; grey bars are methods with one modality.

    Raises:
        ValueError: If there are no results or one lacks ``top1``.
    """
    check_results(results)
    bars = [
        Bar(
            display_name(method),
            entry['top1'],
            seeds_of(entry, 'top1'),
            len(modalities_of({method: entry}, 'unimodal_top1')) == 1,
        )
        for method, entry in results.items()
    ]
    figure = new_figure([bars], 6.0)
    axes = figure.add_subplot()
    draw_bars(axes, bars)
    axes.set_xlabel('Top-1 accuracy (%)')
    best = max(bars, key=lambda bar: bar.value)
    axes.set_title(f'Fused top-1 per method; highest: {best.name}, {best.value:.1f} %')
    _explain(figure, bars, level=False)
    return figure


def plot_laziness(results: Results, methods: Sequence[str] | None = None) -> Figure:
    """Draw what each method made of each encoder: modality laziness, if there is any.

    Args:
        results (Results): A study's results, in percent.
        methods (Sequence[str], optional): Which methods to show, in this order, e.g.
            to leave out those that only reuse the uni-modal encoders. Defaults to all;
            a panel shows those that have an encoder of its modality.

    Returns:
        Figure: The linear-probe accuracy of the encoders, one panel per modality. The
        dashed line is the level of the encoder that was trained alone, if there is one.

    Raises:
        ValueError: If no method has a ``probe_top1`` or a method is unknown.
    """
    check_results(results)
    methods = list(results) if methods is None else list(methods)
    unknown = [method for method in methods if method not in results]
    if unknown:
        raise ValueError(f'there are no results of {unknown}, only of {list(results)}')
    modalities = modalities_of({m: results[m] for m in methods}, 'probe_top1')
    if not modalities:
        raise ValueError(
            f"none of {methods} has a 'probe_top1'; probe their encoders first"
        )
    panels = {m: _encoder_bars(results, methods, m) for m in modalities}
    levels = {m: _level(results, m) for m in modalities}
    figure = new_figure(list(panels.values()), 4.5)
    grid = figure.subplots(1, len(panels), sharex=True, squeeze=False)
    for axes, (modality, bars) in zip(grid[0], panels.items(), strict=True):
        _draw_panel(axes, modality, bars, levels[modality])
        axes.set_xlabel('Linear-probe top-1 (%)')
    figure.suptitle("Linear probe of each method's encoders")
    drawn = [bar for bars in panels.values() for bar in bars]
    _explain(figure, drawn, level=any(level is not None for level in levels.values()))
    return figure


def _encoder_bars(results: Results, methods: Sequence[str], modality: str) -> list[Bar]:
    alone = unimodal_method(results, modality)
    bars = []
    for method in methods:
        value = value_of(results[method], 'probe_top1', modality)
        if value is not None:
            seeds = seeds_of(results[method], 'probe_top1', modality)
            single = len(results[method]['probe_top1']) == 1
            name = display_name(method)
            bars.append(Bar(name, value, seeds, single, method == alone))
    return bars


def _draw_panel(
    axes: Axes, modality: str, bars: list[Bar], level: float | None
) -> None:
    draw_bars(axes, bars, level)
    gaps = {}
    if level is not None:
        gaps = {bar.name: bar.value - level for bar in bars if not bar.single}
    title = f'{modality} encoder'
    if gaps:
        # One finding: the baseline, else what differs most from training alone.
        largest = max(gaps, key=lambda name: abs(gaps[name]))
        name = 'joint' if 'joint' in gaps else largest
        side = 'below' if gaps[name] < 0 else 'above'
        title += f'\n{name} {abs(gaps[name]):.1f} points {side} training alone'
    axes.set_title(title, fontsize=10)


def _level(results: Results, modality: str) -> float | None:
    alone = unimodal_method(results, modality)
    return value_of(results[alone], 'probe_top1', modality) if alone else None


def _explain(figure: Figure, bars: Sequence[Bar], level: bool) -> None:
    single = any(bar.single for bar in bars)
    points = any(len(bar.points) > 1 for bar in bars)
    if single or level or points:
        add_legend(figure, single, level, points)
