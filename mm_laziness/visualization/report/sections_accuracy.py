"""The table of a study's accuracies and costs."""

from collections.abc import Mapping
from statistics import stdev
from typing import Any

from ..figures import plot_accuracies
from ..names import display_name
from ..results import Results, check_results, modalities_of, seeds_of, value_of
from .data import ReportData
from .document import Section, Table, Text, picture
from .numbers import ABSENT, interval, number, p_value, points

_BASELINE = 'joint'
_INTERVAL = '95 % interval'
_TEACHERS = 'x with teachers'


def accuracy_table(results: Results) -> Table:
    """One row per method, one column per number that any method has.

    Args:
        results (Results): A study's results, in percent.

    Returns:
        Table: Fused top-1 with its 95 % interval, its difference to the baseline with
        the interval and p-value, top-1 of each modality's scores, linear probe of each
        modality's encoder (accuracies with the standard deviation over seeds, if there
        are several), seconds, these over those of the baseline, and peak memory.

    Raises:
        ValueError: If there are no results or one lacks ``top1``.
    """
    check_results(results)
    columns = {'top-1 (%)': [_accuracy(e, 'top1') for e in results.values()]}
    if _any(results, 'top1_interval'):
        cells = [interval(e.get('top1_interval')) for e in results.values()]
        columns[_INTERVAL] = cells
    minus, ratio = _titles(results)
    if _any(results, 'difference'):
        columns[minus] = [_difference(e) for e in results.values()]
        if _any(results, 'p_value'):
            columns['p'] = [p_value(e.get('p_value')) for e in results.values()]
    for key, title in (('unimodal_top1', '{} top-1'), ('probe_top1', '{} probe')):
        for modality in modalities_of(results, key):
            cells = [_accuracy(e, key, modality) for e in results.values()]
            columns[title.format(modality)] = cells
    seconds = [number(e.get('seconds'), '.0f') for e in results.values()]
    columns['seconds'] = seconds
    costs = [relative_cost(results, method) for method in results]
    if any(cost is not None for cost in costs):
        columns[ratio] = [number(cost, '.2f') for cost in costs]
    for key, title, digits in (
        ('relative_cost_with_teachers', _TEACHERS, '.2f'),
        ('memory', 'MiB', '.0f'),
    ):
        if _any(results, key):
            columns[title] = [number(e.get(key), digits) for e in results.values()]
    names = [display_name(method) for method in results]
    rows = [list(row) for row in zip(names, *columns.values(), strict=True)]
    best = list(results).index(best_method(results)) if len(results) > 1 else None
    return Table(['method', *columns], rows, best)


def accuracy_section(data: ReportData) -> Section:
    """The table, what its columns mean, and its picture."""
    table = accuracy_table(data.results)
    figure = plot_accuracies(data.results)
    caption = 'Fused top-1 of each method.'
    return Section(
        'Accuracy',
        [
            table,
            Text(_explanation(data.results, table)),
            picture('accuracies', figure, caption, folder=''),
        ],
    )


def baseline_of(results: Results) -> str | None:
    """The method that others are compared with, None if it is not among them."""
    stated = (entry.get('baseline') for entry in results.values())
    baseline = next(filter(None, stated), _BASELINE)
    return baseline if baseline in results else None


def best_method(results: Results) -> str:
    """The method with the highest fused top-1, the first of equals."""
    return max(results, key=lambda method: results[method]['top1'])


def relative_cost(results: Results, method: str) -> float | None:
    """A method's seconds over those of the baseline, None if either is not known."""
    entry = results[method]
    if entry.get('relative_cost') is not None:
        return entry['relative_cost']
    baseline = baseline_of(results)
    unit = results[baseline].get('seconds') if baseline else None
    seconds = entry.get('seconds')
    return seconds / unit if unit and seconds is not None else None


def spread_of(
    entry: Mapping[str, Any], key: str, modality: str | None = None
) -> float | None:
    """Standard deviation over seeds, None where there is one seed only."""
    seeds = seeds_of(entry, key, modality)
    if len(seeds) > 1:
        return stdev(seeds)
    return None if seeds else value_of(entry.get('std') or {}, key, modality)


def _titles(results: Results) -> tuple[str, str]:
    """Of the columns with what is compared: points, and seconds."""
    name = display_name(baseline_of(results) or _BASELINE)
    return f'- {name}', f'x {name}'


def _any(results: Results, key: str) -> bool:
    return any(entry.get(key) is not None for entry in results.values())


def _accuracy(entry: Mapping[str, Any], key: str, modality: str | None = None) -> str:
    spread = spread_of(entry, key, modality)
    value = number(value_of(entry, key, modality))
    return value if spread is None or value == ABSENT else f'{value} ± {spread:.1f}'


def _difference(entry: Mapping[str, Any]) -> str:
    cell = points(entry.get('difference'))
    bounds = entry.get('difference_interval')
    return cell if bounds is None else f'{cell} {interval(bounds, sign=True)}'


def _explanation(results: Results, table: Table) -> str:
    lines = ['Percent of the test set.']
    if modalities_of(results, 'unimodal_top1') or modalities_of(results, 'probe_top1'):
        lines.append(
            '"top-1" of a modality: its own scores within the method; "probe": a '
            'linear classifier trained on its frozen encoder.'
        )
    seeds = max(len(seeds_of(entry, 'top1')) for entry in results.values())
    if seeds > 1:
        lines.append(f'Mean ± standard deviation over {seeds} seeds.')
    minus, ratio = _titles(results)
    name = ratio.removeprefix('x ')
    if minus in table.header:
        lines.append(
            f'"{minus}": points over {name} on the same clips, with the 95 % interval '
            'and the p-value of a paired bootstrap.'
        )
    if ratio in table.header:
        lines.append(
            f'"{ratio}": seconds over those of {name}, start-up and all, so '
            'that short runs say little; what a method starts from has its own row'
            + (
                f', and is added in "{_TEACHERS}".'
                if _TEACHERS in table.header
                else '.'
            )
        )
    if 'MiB' in table.header:
        lines.append('"MiB": peak memory.')
    return ' '.join(lines)
