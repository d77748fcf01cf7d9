"""The numbers of a study."""

from collections.abc import Sequence
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
    """Means over seeds, and the seeds themselves.

    Args:
        cells (dict[str, list[dict]]): Results of :meth:`Study.run_cell` by method.
    """
    return {method: _mean(results) for method, results in cells.items()}


def _mean(results: list[dict]) -> dict[str, Any]:
    lists: dict[str, Any] = {}
    means: dict[str, Any] = {}
    for key, value in results[0].items():
        if isinstance(value, dict):
            lists[key] = {m: [result[key][m] for result in results] for m in value}
            means[key] = {m: sum(of) / len(of) for m, of in lists[key].items()}
        else:
            lists[key] = [result[key] for result in results]
            means[key] = sum(lists[key]) / len(results)
    return dict(means, seeds=lists)


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
