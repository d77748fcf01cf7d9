"""Classes: where the modalities add up to more than their sum, and what is confused."""

from collections.abc import Mapping, Sequence
from typing import Any

from ..class_tables import paired_evidence, shown_classes
from ..classes import plot_class_accuracies, plot_class_gains
from ..confusion import plot_confusion
from ..names import display_name
from .data import ReportData
from .document import Block, Fold, Section, Table, Text, picture
from .numbers import listing, number, points
from .sections_encoders import featured

_MOST_ROWS = 40
_MOST_FOLDED = 8


def classes_section(data: ReportData) -> Section | None:
    """Accuracy per class of each set of scores."""
    report = data.classes
    if not report or not report.get('table'):
        return None
    blocks: list[Block] = [Text(_paired(report))] if _has_gain(report) else []
    chosen = shown_classes(report) if len(report['table']) > _MOST_ROWS else None
    if _has_gain(report):
        blocks.append(
            picture(
                'class_gains',
                plot_class_gains(dict(report)),
                'Gain of each class: joint training over the best modality alone.',
            )
        )
    blocks.append(
        picture(
            'class_accuracies',
            plot_class_accuracies(dict(report), chosen),
            'Accuracy per class' + (', where it matters most.' if chosen else '.'),
        )
    )
    rows = report['table']
    if chosen:
        blocks.append(_table([row for row in rows if row['class'] in chosen], report))
        blocks.append(Fold(f'All {len(rows)} classes', [_table(rows, report)]))
    else:
        blocks.append(_table(rows, report))
    return Section('Classes', blocks)


def confusion_section(data: ReportData) -> Section | None:
    """Confusion matrices, of the baseline, the best and the uni-modal ones first."""
    report = data.classes or {}
    matrices = report.get('confusion') or {}
    if not matrices:
        return None
    first = featured(data.results, matrices)
    rest = [name for name in matrices if name not in first]
    drawn: dict[str, Block] = {}
    for name in [*first, *rest[:_MOST_FOLDED]]:
        title = display_name(name)
        figure = plot_confusion(matrices[name], report['class_names'], title)
        caption = f'{title}: rows are the truth, columns what was predicted.'
        drawn[name] = picture(f'confusion_{name}', figure, caption)
    blocks = [drawn.pop(name) for name in first]
    if drawn:
        text = 'more' if len(drawn) == len(rest) else f'of {len(rest)} others'
        blocks.append(Fold(f'{len(drawn)} {text}', list(drawn.values())))
    return Section('Confusion matrices', blocks)


def _has_gain(report: Mapping[str, Any]) -> bool:
    return any(row.get('gain') is not None for row in report['table'])


def _paired(report: Mapping[str, Any]) -> str:
    names, joint = report['class_names'], display_name(report['joint'])
    paired = [names[index] for index in report['paired_classes']]
    parts = listing([display_name(name) for name in report['unimodal']])
    if not paired:
        return f'In no class does {joint} exceed the summed accuracies of {parts}.'
    shown = listing(paired[:10] + ([f'{len(paired) - 10} more'] * (len(paired) > 10)))
    return (
        f'{joint} exceeds the summed accuracies of {parts} in {len(paired)} of '
        f'{len(names)} classes ({shown}): {paired_evidence(report)}'
    )


def _table(rows: Sequence[Mapping[str, Any]], report: Mapping[str, Any]) -> Table:
    names = report['names']
    header = ['class', 'clips', *map(display_name, names)]
    gain = _has_gain(report)
    if gain:
        header += ['uni-modal sum', 'gain']
    cells = []
    for row in rows:
        line = [str(row['name']), str(row['count'])]
        line += [number(row['accuracy'].get(name)) for name in names]
        if gain:
            line += [number(row.get('unimodal_sum')), points(row.get('gain'))]
        cells.append(line)
    return Table(header, cells)
