"""A class report as text: the papers' tables in Markdown, and all classes as CSV."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from ..evaluation.functional.class_level import FEW_SAMPLES, mean_accuracy
from .names import display_name

_ABSENT = '-'
_AVERAGE = 'average'


def classes_csv(report: Mapping[str, Any]) -> str:
    """Write a line per class.

    Args:
        report (Mapping): What ``class_report`` returned.

    Returns:
        str: Index, name, samples, accuracy of each model (percent), and what compares
        them; empty where there is no number.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator='\n')
    compared = ['unimodal_sum', 'exceeds_sum', 'gain', 'gain_low', 'gain_high']
    writer.writerow(['class', 'name', 'count', *report['names'], *compared, 'caution'])
    for row in report['table']:
        low, high = row['gain_interval'] or (None, None)
        numbers = [*(row['accuracy'][name] for name in report['names'])]
        numbers += [row['unimodal_sum'], row['exceeds_sum'], row['gain'], low, high]
        cells = ['' if n is None else _plain(n) for n in numbers]
        head = [row['class'], row['name'], row['count']]
        writer.writerow([*head, *cells, caution(row['count'])])
    return text.getvalue()


def classes_markdown(report: Mapping[str, Any], notes: Sequence[str] = ()) -> str:
    """Write the tables of the papers: a row per model, a column per class.

    Args:
        report (Mapping): What ``class_report`` returned.
        notes (Sequence[str]): Paragraphs for the beginning.

    Returns:
        str: Classes in which the joint model exceeds the sum of the uni-modal ones
        (Table 2 of Du et al., ICML 2023), classes of the largest gain (Table 17) and
        means over all classes.
    """
    rows, joint = report['table'], report['joint']
    empty = sum(not row['count'] for row in rows)
    intro = f'{sum(report["counts"])} test samples of {len(rows)} classes; percent.'
    if empty:
        intro += f' {empty} classes have no samples and are left out of means.'
    few = sum(0 < row['count'] < FEW_SAMPLES for row in rows)
    if few:
        intro += (
            f' {few} classes have fewer than {FEW_SAMPLES} samples (marked *): what is '
            'said of them may well be chance.'
        )
    parts = ['# Accuracy by class', intro, *notes]
    if report['unimodal'] and joint is not None:
        if len(report['unimodal']) > 1:
            parts += _paired(report)
        parts += _gains(report)
    parts += ['## All classes', _means(report)]
    return '\n\n'.join(parts) + '\n'


def shown_classes(report: Mapping[str, Any]) -> list[int]:
    """Classes worth a figure: those of both tables; else where models differ most."""
    top = max(len(report['top_gains']), 1)
    chosen = [*report['paired_classes'][:top], *report['top_gains']]
    if not chosen:
        seen = [row for row in report['table'] if row['count']]
        chosen = [row['class'] for row in sorted(seen, key=_range)[:10]]
    return list(dict.fromkeys(chosen))


def caution(count: int) -> str:
    """What a reader should know of a class with so many samples."""
    if count == 0:
        return 'no samples'
    return 'few samples' if count < FEW_SAMPLES else ''


def _range(row: Mapping[str, Any]) -> float:
    return min(row['accuracy'].values()) - max(row['accuracy'].values())


def _paired(report: Mapping[str, Any]) -> list[str]:
    joint, paired = display_name(report['joint']), report['paired_classes']
    together = ' + '.join(map(display_name, report['unimodal']))
    title = f'## Classes where {joint} exceeds the sum of {together}'
    if not paired:
        return [title, f'There is none among {len(report["table"])} classes.']
    text = f'{len(paired)} of {len(report["table"])} classes: {paired_evidence(report)}'
    shown = paired[: max(len(report['top_gains']), 1)]
    if len(shown) < len(paired):
        text += f' Shown are the {len(shown)} with the largest margins.'
    return [title, text, _table(report, shown, with_gain=False)]


def paired_evidence(report: Mapping[str, Any]) -> str:
    """What classes in which joint training exceeds the sum say, and what weakens it.

    Args:
        report (Mapping[str, Any]): What ``class_report`` returned, with such classes.
    """
    rows = [report['table'][i] for i in report['paired_classes']]
    text = 'evidence of paired features, which no modality has alone.'
    by_one = sum(_margin(row, report['joint']) == 1 for row in rows)
    if by_one:
        text += f' {by_one} of them by a single sample.'
    others = {n: sum(_margin(row, n) > 0 for row in rows) for n in report['names']}
    if others.get(_AVERAGE):
        text += (
            f' In {others[_AVERAGE]} of them the average of the uni-modal models '
            'exceeds the sum, too: there the modalities add up, which needs no paired '
            'features.'
        )
    return text


def _margin(row: Mapping[str, Any], name: str) -> int:
    """By how many samples a model exceeds the sum of the uni-modal ones."""
    return round((row['accuracy'][name] - row['unimodal_sum']) * row['count'] / 100)


def _gains(report: Mapping[str, Any]) -> list[str]:
    joint, shown = display_name(report['joint']), report['top_gains']
    title = f'## Classes with the largest gain of {joint} over the best uni-modal model'
    clear = sum(report['table'][i]['gain_interval'][0] > 0 for i in shown)
    text = (
        f'The 95 % interval of the gain lies above 0 in {clear} of these {len(shown)} '
        'classes. They were chosen for their gains, which on other samples would be '
        'smaller.'
    )
    return [title, text, _table(report, shown, with_gain=True)]


def _table(report: Mapping[str, Any], classes: Sequence[int], with_gain: bool) -> str:
    rows = [report['table'][i] for i in classes]
    heads = [
        f'{_cell(row["name"])}{"*" if row["count"] < FEW_SAMPLES else ""}'
        for row in rows
    ]
    lines = [['', *heads, 'mean'], [':--', *('--:' for _ in heads), '--:']]
    for name in report['names']:
        cells = [f'{row["accuracy"][name]:.0f}' for row in rows]
        mean = f'{mean_accuracy(rows, name):.1f}'
        lines.append([_cell(display_name(name)), *cells, mean])
    if with_gain:
        gains = [row['gain'] for row in rows]
        mean = f'{sum(gains) / len(gains):+.1f}'
        lines.append(['gain', *(f'{gain:+.0f}' for gain in gains), mean])
        intervals = ['{:+.0f} to {:+.0f}'.format(*row['gain_interval']) for row in rows]
        lines.append(['95 % interval', *intervals, ''])
    lines.append(['samples', *(str(row['count']) for row in rows), ''])
    lines.append(['class', *map(str, classes), ''])
    return _lines(lines)


def _means(report: Mapping[str, Any]) -> str:
    lines = [['', 'mean over classes', 'top-1'], [':--', '--:', '--:']]
    for name in report['names']:
        mean = report['mean'][name]
        number = _ABSENT if mean is None else f'{mean:.1f}'
        lines.append([_cell(display_name(name)), number, f'{report["top1"][name]:.1f}'])
    return _lines(lines)


def _lines(cells: Sequence[Sequence[str]]) -> str:
    return '\n'.join(f'| {" | ".join(row)} |' for row in cells)


def _cell(text: str) -> str:
    return text.replace('|', '\\|')


def _plain(number: float | bool) -> str:
    return str(number) if isinstance(number, bool) else f'{number:.2f}'
