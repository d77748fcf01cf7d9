"""Markdown tables of the results, beside the paper's numbers."""

from collections.abc import Mapping, Sequence
from statistics import mean, stdev
from typing import Any

import torch

from .store import Results

NAMES = dict(
    first='Uni-modal (modality 1)',
    second='Uni-modal (modality 2)',
    multimodal='Multi-modal',
)


def accuracy_table(
    results: Results, paper: Mapping[str, Mapping[str, float]] | None = None
) -> str:
    """Write Table 20: top-1 of the three networks on each set.

    Args:
        results (Results): Of the networks, from ``ResultStore.collect``.
        paper (Mapping, optional): Percent by network and set; given in brackets.
    """
    sets = sets_of(results)
    rows = [['Test top-1 (%)', *(f'Set {letter}' for letter in sets)]]
    for name, by_set in results.items():
        row = [NAMES.get(name, name)]
        for letter in sets:
            cell = spread(values_of(by_set.get(letter, []), 'top1'))
            theirs = (paper or {}).get(name, {}).get(letter)
            row.append(cell if theirs is None else f'{cell} ({theirs:g})')
        rows.append(row)
    return markdown(rows)


def confusion_table(
    results: Results, letter: str, paper: Sequence[Sequence[float]] | None = None
) -> str:
    """Write Table 21: what the uni-modal networks take each class of a set for.

    Args:
        results (Results): Of the networks, from ``ResultStore.collect``.
        letter (str): The set.
        paper (Sequence[Sequence[float]], optional): Percent (K, K); given in brackets.
    """
    shares = {
        name: confusion_shares(by_set[letter])
        for name, by_set in results.items()
        if letter in by_set and name != 'multimodal'
    }
    if not shares:
        return ''
    num = len(next(iter(shares.values())))
    rows = [['Network', 'Class', *(f'taken for {k} (%)' for k in range(num))]]
    for name, matrix in shares.items():
        for k, row in enumerate(matrix.tolist()):
            cells = [f'{value:.1f}' for value in row]
            if paper is not None:
                theirs = [f'{value:g}' for value in paper[k]]
                cells = [f'{a} ({b})' for a, b in zip(cells, theirs, strict=True)]
            rows.append([NAMES.get(name, name), str(k), *cells])
    return markdown(rows)


def confusion_shares(results: Sequence[Mapping[str, Any]]) -> torch.Tensor:
    """Average row-normalized confusion matrices over seeds: (K, K), in percent."""
    counts = torch.tensor([result['confusion'] for result in results]).double()
    shares = 100 * counts / counts.sum(dim=2, keepdim=True).clamp(min=1)
    return shares.mean(dim=0)


def sets_of(results: Results) -> list[str]:
    """List the sets that any name has results of, in order."""
    return sorted({letter for by_set in results.values() for letter in by_set})


def values_of(results: Sequence[Mapping[str, Any]], field: str) -> list[float]:
    """Give a field of each seed's result."""
    return [result[field] for result in results]


def spread(values: Sequence[float]) -> str:
    """Write mean and sample deviation over seeds; one seed has no deviation.

    Example:
        >>> spread([50.0, 52.0])
        '51.0 ± 1.4'
    """
    if not values:
        return '-'
    text = f'{mean(values):.1f}'
    return text if len(values) < 2 else f'{text} ± {stdev(values):.1f}'


def summarize(results: Results) -> dict[str, dict[str, dict[str, Any]]]:
    """Give mean, deviation and seeds of ``top1``, by name and set, for a program."""
    summary: dict[str, dict[str, dict[str, Any]]] = {}
    for name, by_set in results.items():
        for letter, of_seeds in by_set.items():
            values = values_of(of_seeds, 'top1')
            deviation = stdev(values) if len(values) > 1 else None
            summary.setdefault(name, {})[letter] = dict(
                top1=mean(values), deviation=deviation, seeds=values
            )
    return summary


def markdown(rows: Sequence[Sequence[str]]) -> str:
    """Align a table, whose first row is its head, in Markdown."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        '| ' + ' | '.join(c.ljust(w) for c, w in zip(row, widths, strict=True)) + ' |'
        for row in rows
    ]
    lines.insert(1, '|' + '|'.join('-' * (w + 2) for w in widths) + '|')
    return '\n'.join(lines)
