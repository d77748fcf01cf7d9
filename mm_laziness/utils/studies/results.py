"""The numbers of a study."""

from collections.abc import Callable, Sequence
from statistics import fmean as mean
from statistics import stdev
from typing import Any


def in_percent(metrics: dict, modalities: Sequence[str]) -> dict[str, Any]:
    """Turn metrics of :class:`ModalityAccuracy` into an entry of ``results.json``.

    Args:
        metrics (dict): Fractions ``acc/top1`` and ``acc/<name>_top1``.
        modalities (Sequence[str]): Those names that are modalities; others, such as
            ``average_prob`` of an ensemble, become entries of their own.
    """
    named = {
        key.removeprefix('acc/').removesuffix('_top1'): 100 * value
        for key, value in metrics.items()
        if key.endswith('_top1')
    }
    own = {name: named.pop(name) for name in modalities if name in named}
    return dict(top1=100 * metrics['acc/top1'], unimodal_top1=own, **named)


def summarize(cells: dict[str, list[dict]]) -> dict[str, dict]:
    """Means over seeds, their standard deviations, and the seeds themselves.

    Args:
        cells (dict[str, list[dict]]): Results of :meth:`Study.run_cell` by method; one
            without any is left out.

    Returns:
        dict[str, dict]: By method the mean of every number, ``std`` with their sample
        standard deviations if there are several seeds, and ``seeds`` with lists. What
        one of the seeds has not is left out.
    """
    return {method: _summary(results) for method, results in cells.items() if results}


def _summary(results: list[dict]) -> dict[str, Any]:
    lists = _lists(results)
    summary = _of_lists(lists, mean)
    if len(results) > 1:
        summary['std'] = _of_lists(lists, stdev)
    return dict(summary, seeds=lists)


def _lists(entries: list[Any]) -> dict[str, Any]:
    """A list over seeds instead of each number, at any depth."""
    found: dict[str, Any] = {}
    for key in entries[0]:
        values = [entry.get(key) for entry in entries]
        if all(isinstance(value, dict) for value in values):
            found[key] = _lists(values)
        elif all(isinstance(value, int | float) for value in values):
            found[key] = values
    return found


def _of_lists(lists: dict, function: Callable[[list[float]], float]) -> dict[str, Any]:
    return {
        key: _of_lists(value, function) if isinstance(value, dict) else function(value)
        for key, value in lists.items()
    }


def differences(first: Any, second: Any, at: str = '') -> list[str]:
    """Settings in which two configs differ, as ``a.b.c``."""
    if not (isinstance(first, dict) and isinstance(second, dict)):
        return [] if first == second else [at or 'all']
    return [
        found
        for key in dict.fromkeys([*first, *second])
        for found in differences(
            first.get(key), second.get(key), f'{at}.{key}' if at else str(key)
        )
    ]
