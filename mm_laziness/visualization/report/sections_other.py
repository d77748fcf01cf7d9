"""Missing modalities, failures, advice, and how it all was made."""

from collections.abc import Mapping
from typing import Any

from ..advice import guidance_sentence
from ..advice_figure import plot_guidance
from ..missing_figure import plot_missing
from ..names import display_name
from ..results import value_of
from .data import ReportData
from .document import Block, Code, Fold, Section, Table, Text, picture
from .numbers import interval, number, percent, points

_STRATEGIES = {
    'zeros': 'its features are zeros',
    'mean': 'its features are their training mean',
    'split': 'the scores of the others alone decide',
}


def missing_section(data: ReportData) -> Section | None:
    """Accuracy without a modality: the robustness that laziness costs."""
    missing = {m: j for m, j in data.missing.items() if set(j) - {'complete'}}
    if not missing:
        return None
    columns = dict.fromkeys(
        (strategy, modality)
        for entry in missing.values()
        for strategy in entry
        if strategy != 'complete'
        for modality in entry[strategy]
    )
    rows = []
    for method, entry in missing.items():
        numbers = [value_of(entry.get(s, {}), m, 'top1') for s, m in columns]
        complete = value_of(entry, 'complete', 'top1')
        rows.append([display_name(method), *map(number, [complete, *numbers])])
    header = ['method', 'complete', *(f'without {m} ({s})' for s, m in columns)]
    used = dict.fromkeys(strategy for strategy, _ in columns)
    meaning = '; '.join(f'"{s}": {_STRATEGIES.get(s, s)}' for s in used)
    caption = 'Top-1 with all modalities, and without one.'
    blocks: list[Block] = [
        Text(f'Top-1 (%) of a test without a modality. {meaning}.'),
        picture('missing', plot_missing(dict(missing)), caption),
        Table(header, rows),
    ]
    return Section('Missing modalities', blocks)


def failures_section(data: ReportData) -> Section | None:
    """Runs that failed, and the ends of their logs."""
    if not data.failures:
        return None
    rows, folds = [], []
    for failure in data.failures:
        name = f'{display_name(failure["method"])}, seed {failure["seed"]}'
        error = str(failure['error']).strip() or 'no message'
        rows.append([name, error.splitlines()[-1]])
        if '\n' in error:
            folds.append(Fold(f'{name}: the whole message', [Code(error)]))
        rows[-1].append(str(failure.get('log') or ''))
    text = 'These are in no table; the same command tries them again.'
    table = Table(['run', 'error', 'log'], rows, left=3)
    return Section('Failed runs', [Text(text), table, *folds])


def guidance_section(data: ReportData) -> Section | None:
    """UMT or UME, and the numbers that the advice rests on."""
    if data.guidance is None:
        return None
    table = Table(['top-1 (%)', 'on frozen encoders'], _guidance_rows(data.guidance))
    blocks: list[Block] = [Text(guidance_sentence(data.guidance))]
    # Files of before there were intervals have the table alone.
    if 'mm_clf_interval' in data.guidance:
        caption = 'What the advice rests on, with 95 % intervals.'
        blocks.append(picture('guidance', plot_guidance(data.guidance), caption))
    return Section('UMT or UME', [*blocks, table])


def configuration_section(data: ReportData) -> Section | None:
    """The resolved config of each method."""
    if not data.configs:
        return None
    folds = [
        Fold(display_name(method), [Code(text.strip('\n'), 'python')])
        for method, text in data.configs.items()
    ]
    text = 'As resolved; each can be saved as a file and trained.'
    return Section('Configuration', [Text(text), *folds])


def versions_section(data: ReportData) -> Section | None:
    """What it was made with."""
    if not data.environment:
        return None
    rows = [[str(name), str(value)] for name, value in data.environment.items()]
    return Section('Versions', [Table(['what', 'version'], rows, left=2)])


def notes_section(data: ReportData) -> Section | None:
    """Paragraphs for the end."""
    notes = [data.notes] if isinstance(data.notes, str) else data.notes
    return Section('Notes', [Text(note) for note in notes]) if notes else None


def _guidance_rows(guidance: Mapping[str, Any]) -> list[list[str]]:
    named = {f'{m} alone': ('unimodal', m) for m in guidance.get('unimodal') or {}}
    named['average of logits'] = ('average_score', None)
    named['average of probabilities'] = ('average_prob', None)
    named['MM Clf'] = ('mm_clf', None)
    for modality in guidance.get('split_mm_clf') or {}:
        named[f'MM Clf, {modality} part'] = ('split_mm_clf', modality)
    rows = []
    for name, (key, modality) in named.items():
        value = percent(value_of(guidance, key, modality))
        if value is not None:
            bounds = value_of(guidance, f'{key}_interval', modality)
            rows.append([name, _with_interval(value, bounds)])
    for key, other in (('difference', 'logits'), ('difference_prob', 'probabilities')):
        if guidance.get(key) is not None:
            bounds = guidance.get(f'{key}_interval')
            cell = points(percent(guidance[key]))
            if bounds:
                cell += f' {interval([100 * b for b in bounds], sign=True)}'
            rows.append([f'MM Clf over the average of {other}', cell])
    return rows


def _with_interval(value: float, bounds: Any) -> str:
    if not bounds:
        return number(value)
    return f'{number(value)} {interval([100 * bound for bound in bounds])}'
