"""What a report found, in words and in the few numbers to remember."""

from collections.abc import Mapping
from typing import Any

from ..advice import guidance_sentence
from ..names import display_name
from ..results import Results
from .data import ReportData
from .document import Block, Facts, Section, Text
from .laziness import Laziness, laziness_of
from .numbers import interval, p_value, points
from .sections_accuracy import (
    baseline_of,
    best_method,
    relative_cost,
    spread_of,
)

# Of these the best can be named without a caution.
_FEW = 4


def summary_section(data: ReportData) -> Section:
    """What was found: best method, lazy encoders, costs, advice."""
    found = laziness_of(data)
    texts = [_best(data.results), *map(_lazy, found), _cost(data.results)]
    texts += [_advice(data.guidance), _paired(data.classes), _failed(data)]
    blocks: list[Block] = [Facts(_facts(data, found))]
    blocks += [Text(text) for text in texts if text]
    return Section('What was found', blocks)


def _facts(data: ReportData, found: list[Laziness]) -> list[tuple[str, str, str]]:
    results = data.results
    best, baseline = best_method(results), baseline_of(results)
    facts = []
    if baseline and best != baseline:
        facts.append(_accuracy_fact(results, baseline, 'fused top-1'))
    facts.append(
        _accuracy_fact(
            results, best, 'fused top-1' + (', the highest' if len(results) > 1 else '')
        )
    )
    for lazy in found:
        note = f'points, {display_name(lazy.method)} against trained alone'
        facts.append((f'{lazy.modality} encoder', points(lazy.gap), note))
    if data.guidance is not None:
        clear = data.guidance['clear']
        note = 'advised for this data' if clear else 'too close to call'
        value = data.guidance['method'] if clear else '?'
        facts.append(('UMT or UME', value, note))
    return facts


def _accuracy_fact(results: Results, method: str, note: str) -> tuple[str, str, str]:
    spread = spread_of(results[method], 'top1')
    value = f'{results[method]["top1"]:.1f}' + (f' ± {spread:.1f}' if spread else '')
    return display_name(method), f'{value} %', note


def _best(results: Results) -> str:
    best, baseline = best_method(results), baseline_of(results)
    entry = results[best]
    name, top1 = display_name(best), f'{entry["top1"]:.1f} % top-1'
    if len(results) == 1:
        return f'{name} reaches {top1}.'
    sentence = f'Of {len(results)} methods, {name} is the most accurate: {top1}'
    if baseline in (None, best):
        return sentence + '.'
    gap = entry.get('difference')
    if gap is None:
        gap = entry['top1'] - results[baseline]['top1']
    sentence += f', {points(gap)} points against {display_name(baseline)}'
    # The highest of several numbers is so by chance as well.
    chosen = ' On other clips the lead of the best of so many would be smaller.'
    ending = chosen if len(results) > _FEW else ''
    bounds = entry.get('difference_interval')
    if bounds is None:
        return f'{sentence} (not tested).{ending}'
    tested = f'95 % interval {interval(bounds, sign=True)}'
    if entry.get('p_value') is not None:
        tested += f', p = {p_value(entry["p_value"])}'
    if bounds[0] <= 0 <= bounds[1]:
        return f'{sentence} ({tested}): more than chance cannot be claimed.'
    return f'{sentence} ({tested}).{ending}'


def _lazy(lazy: Laziness) -> str:
    side = 'below' if lazy.gap < 0 else 'above'
    return (
        f'The {lazy.modality} encoder of {display_name(lazy.method)} is '
        f'{lazy.finding}: its linear probe reaches {lazy.probe:.1f} %, '
        f'{abs(lazy.gap):.1f} points {side} the {lazy.alone:.1f} % of the encoder '
        f'trained alone ({lazy.why}).'
    )


def _cost(results: Results) -> str:
    best = best_method(results)
    baseline, cost = baseline_of(results), relative_cost(results, best)
    if baseline in (None, best) or cost is None:
        return ''
    text = f'{display_name(best)} took {cost:.1f} times the seconds of '
    text += display_name(baseline)
    whole = results[best].get('relative_cost_with_teachers')
    return text + (
        f', {whole:.1f} times with what it starts from.' if whole is not None else '.'
    )


def _advice(guidance: Mapping[str, Any] | None) -> str:
    return '' if guidance is None else guidance_sentence(guidance)


def _paired(classes: Mapping[str, Any] | None) -> str:
    if not classes or not classes.get('unimodal') or not classes.get('joint'):
        return ''
    count, total = len(classes['paired_classes']), len(classes['class_names'])
    return (
        f'In {count} of {total} classes {display_name(classes["joint"])} exceeds the '
        'sum of the uni-modal accuracies'
        + (', evidence of paired features.' if count else '.')
    )


def _failed(data: ReportData) -> str:
    count = len(data.failures)
    if not count:
        return ''
    runs = 'runs failed and are' if count > 1 else 'run failed and is'
    return f'{count} {runs} not in the tables.'
