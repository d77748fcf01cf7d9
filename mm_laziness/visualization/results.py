"""What figures and reports read from a study's results.

A study's results are ``{method: entry}``; an entry holds, in percent and as means over
seeds, ``top1``, ``unimodal_top1`` and ``probe_top1`` (dicts by modality), ``seconds``,
and under ``seeds`` the same keys with a list over seeds instead of each number.
"""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

Results = Mapping[str, Mapping[str, Any]]


def check_results(results: Results) -> None:
    """Raise ValueError where there is nothing to show, or no finite fused accuracy."""
    if not results:
        raise ValueError('there are no results to show; has the study finished?')
    for method, entry in results.items():
        if entry.get('top1') is None:
            raise ValueError(
                f"the results of {method!r} lack 'top1', they have {list(entry)}"
            )
        if not isfinite(entry['top1']):
            raise ValueError(
                f'the top1 of {method!r} is {entry["top1"]}; remove that method from '
                'the results, or measure it again'
            )


def modalities_of(results: Results, key: str) -> list[str]:
    """Modalities of which any method has a number, in order of appearance.

    Args:
        results (Results): A study's results.
        key (str): ``'unimodal_top1'`` or ``'probe_top1'``.
    """
    names: dict[str, None] = {}
    for entry in results.values():
        names.update(dict.fromkeys(entry.get(key) or {}))
    return list(names)


def value_of(
    entry: Mapping[str, Any], key: str, modality: str | None = None
) -> float | None:
    """One number of a method, None where it has none."""
    return _look_up(entry, key, modality)


def seeds_of(
    entry: Mapping[str, Any], key: str, modality: str | None = None
) -> Sequence[float]:
    """The same number of every seed; empty where none is recorded."""
    return _look_up(entry.get('seeds') or {}, key, modality) or ()


def unimodal_method(results: Results, modality: str) -> str | None:
    """The method that trains nothing but this modality's encoder, if there is one."""
    single = [
        method
        for method, entry in results.items()
        if list(entry.get('probe_top1') or {}) == [modality]
    ]
    # Others of one modality, such as distilled ones, start from its own.
    return modality if modality in single else next(iter(single), None)


def _look_up(entry: Mapping[str, Any], key: str, modality: str | None) -> Any:
    value = entry.get(key)
    return value if modality is None else (value or {}).get(modality)
