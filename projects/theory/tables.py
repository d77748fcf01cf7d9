"""The study as text."""

from collections.abc import Mapping, Sequence
from typing import Any

from mm_laziness.datasets.preparation.report import table

Row = Mapping[str, Any]


def study_text(results: Mapping[str, Any]) -> str:
    """What :func:`~projects.theory.monte_carlo.simulate` found."""
    parts = []
    for sweep in results['sweeps']:
        low, high = sweep['paired_p']
        parts += [
            f'Paired features of p {low:g} to {high:g}. Learned features, and share of '
            'trials in which a claim holds, where every training reached zero error '
            '(<= counts equal ones as well):',
            _learned_table(sweep['rows']),
            'Errors on new samples:',
            _error_table(sweep['rows']),
            f'{_refused(sweep["rows"])} {_crossing(sweep["crossing"])}',
        ]
    boosts = results['boosts']
    low, high = boosts['paired_p']
    parts += [
        "Theorem 3.4 (c), first sweep: the chance that UME's sum leads by nothing, and "
        'the share of trials in which the condition holds (in brackets: and the chance '
        'exceeds delta, which the theorem excludes):',
        _bound_table(results['sweeps'][0]['rows'], results['settings']['deltas']),
        f'Theorem 3.5, share {boosts["share"]:g}, paired features of p {low:g} to '
        f'{high:g}:',
        _boost_table(boosts['rows']),
    ]
    return '\n\n'.join(parts)


def _learned_table(rows: Sequence[Row]) -> str:
    head = ['share', 'zero error %', 'UME', 'joint', 'paired', '(a) %', '(a) <= %']
    head += ['<= each %', '(b) %', '(b) <= %']
    counts = ['learned_ume', 'learned_joint', 'learned_joint_paired']
    claims = ['a_holds', 'a_holds_or_equal', 'a_strong_or_equal']
    claims += ['b_holds', 'b_holds_or_equal']
    return table(
        head,
        [
            [
                f'{row["share"]:g}',
                _percent(row['all']['separable']),
                *(_number(row['separable'][key], '.1f') for key in counts),
                *(_percent(row['separable'][key]) for key in claims),
            ]
            for row in rows
        ],
    )


def _error_table(rows: Sequence[Row]) -> str:
    head = ['share', 'm1 alone', 'm1 joint', 'UME', 'joint', 'UME wins %']
    head += ['all trials: UME', 'joint', 'UME wins %']
    errors = ['error_ume', 'error_joint']
    own = ['error_m1_alone', 'error_m1_joint', *errors]
    return table(
        head,
        [
            [
                f'{row["share"]:g}',
                *(_number(row['separable'][key], '.4f') for key in own),
                _percent(row['separable']['ume_wins']),
                *(_number(row['all'][key], '.4f') for key in errors),
                _percent(row['all']['ume_wins']),
            ]
            for row in rows
        ],
    )


def _bound_table(rows: Sequence[Row], deltas: Sequence[float]) -> str:
    head = ['share', 'E[D]', 'exact', 'bound', *(f'delta {d:g}: %' for d in deltas)]
    lines = []
    for row in rows:
        kept = row['separable']
        cells = [
            f'{_percent(kept[f"c_applies_{d:g}"])} ({_percent(kept[f"c_fails_{d:g}"])})'
            for d in deltas
        ]
        numbers = [_number(kept[key], '.3f') for key in ('margin', 'failure', 'bound')]
        lines.append([f'{row["share"]:g}', *numbers, *cells])
    return table(head, lines)


def _boost_table(rows: Sequence[Row]) -> str:
    ways = {'joint': 'joint', 'pushed': 'pushed', 'ume': 'UME', 'umt': 'UMT'}
    head = ['boost', *ways.values(), 'pairs pushed', 'pairs UMT']
    head += [f'error {name}' for name in ways.values()] + ['UMT beats UME %']
    counts = [f'learned_{key}' for key in ways]
    counts += ['learned_pushed_paired', 'learned_umt_paired']
    return table(
        head,
        [
            [
                f'{row["boost"]:g}',
                *(_number(row['separable'][key], '.1f') for key in counts),
                *(_number(row['separable'][f'error_{key}'], '.2g') for key in ways),
                _percent(row['separable']['umt_beats_ume']),
            ]
            for row in rows
        ],
    )


def _refused(rows: Sequence[Row]) -> str:
    """How often the data could not be separated; never silent."""
    trials = sum(row['all']['separable']['trials'] for row in rows)
    kept = sum(row['separable']['error_ume']['trials'] for row in rows)
    return (
        f'In {trials - kept} of {trials} trials a training did not reach zero error: '
        'its features ran out before.'
    )


def _crossing(share: float | None) -> str:
    if share is None:
        return "Over all trials, the errors of UME and joint training don't cross."
    return f'Over all trials, UME and joint training err equally at share {share:.2f}.'


def _percent(found: Mapping[str, Any]) -> str:
    return '-' if found['mean'] is None else f'{100 * found["mean"]:.1f}'


def _number(found: Mapping[str, Any], form: str) -> str:
    return '-' if found['mean'] is None else f'{found["mean"]:{form}}'
