"""The report of a study: a table, the advice and the figures, in Markdown."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import stdev
from typing import Any

from .figures import plot_accuracies, plot_laziness
from .names import display_name
from .results import Results, check_results, modalities_of, seeds_of, value_of

_ABSENT = '-'
_RATIO = 'x joint'


def results_table(results: Results) -> str:
    """Write a study's results as a Markdown table.

    Args:
        results (Results): A study's results, in percent.

    Returns:
        str: One row per method: fused top-1, top-1 of each modality's scores, linear
        probe of each modality's encoder (each with the standard deviation over seeds,
        if there are several), seconds, and these over those of joint training, if that
        is among the methods.

    Raises:
        ValueError: If there are no results or one lacks ``top1``.
    """
    check_results(results)
    columns: list[tuple[str, str, str | None]] = [('top-1 (%)', 'top1', None)]
    for key, title in (('unimodal_top1', '{} top-1'), ('probe_top1', '{} probe')):
        for modality in modalities_of(results, key):
            columns.append((title.format(modality), key, modality))
    joint = _joint_seconds(results)
    times = ['seconds', _RATIO] if joint else ['seconds']
    rows = [['method', *(title for title, _, _ in columns), *times]]
    rows.append([':--', *('--:' for _ in rows[0][1:])])
    for method, entry in results.items():
        cells = [_cell(entry, key, modality) for _, key, modality in columns]
        cells.append(_number(entry.get('seconds'), '.0f'))
        if joint:
            cells.append(_number(entry.get('seconds'), '.2f', joint))
        rows.append([display_name(method), *cells])
    return '\n'.join(f'| {" | ".join(row)} |' for row in rows) + '\n'


def guidance_sentence(guidance: Mapping[str, Any]) -> str:
    """Say in one sentence what :func:`choose_method` found.

    Args:
        guidance (Mapping[str, Any]): What ``choose_method`` returned.

    Returns:
        str: The two accuracies in percent, the p-value and the advice.
    """
    clf = f'MM Clf {100 * guidance["mm_clf"]:.1f}'
    average = f'the average of logits {100 * guidance["average_score"]:.1f}'
    test = f'McNemar p = {_short(guidance["p_value"])}'
    if not guidance['clear']:
        return (
            f'{clf} against {average} is too close to call ({test}, '
            f'{guidance["num_val"]} samples): measure on more samples, or train UMT '
            'and compare it with UME, which costs no training.'
        )
    if guidance['method'] == 'UMT':
        return f'{clf} beats {average} ({test}): use UMT.'
    return f'{average[0].upper()}{average[1:]} beats {clf} ({test}): use UME.'


def write_report(
    results: Results,
    guidance: Mapping[str, Any] | None,
    out_dir: str | Path,
    title: str = 'Results',
    notes: str | Sequence[str] = (),
    laziness_methods: Sequence[str] | None = None,
) -> Path:
    """Write ``report.md`` and its figures.

    Args:
        results (Results): A study's results, in percent.
        guidance (Mapping[str, Any], optional): What ``choose_method`` returned.
        out_dir (str or Path): Where to write; made if missing.
        title (str): The report's heading.
        notes (str or Sequence[str]): Paragraphs for the end, such as the command.
        laziness_methods (Sequence[str], optional): See :func:`plot_laziness`, whose
            figure is left out where no encoder was probed.

    Returns:
        Path: The report's path.

    Raises:
        ValueError: If there are no results or one lacks ``top1``.
    """
    parts = [f'# {title}', results_table(results).rstrip(), _explanation(results)]
    if guidance is not None:
        parts += ['## UMT or UME?', guidance_sentence(guidance)]
    figures = {'accuracies': (plot_accuracies(results), 'Fused top-1 of each method')}
    if modalities_of(results, 'probe_top1'):
        figures['laziness'] = (
            plot_laziness(results, laziness_methods),
            'Linear-probe accuracy of the encoders of each method',
        )
    out_dir = Path(out_dir)
    out_dir.mkdir(parents=True, exist_ok=True)
    parts.append('## Figures')
    for name, (figure, caption) in figures.items():
        # Without the version in its metadata the same results give the same file.
        figure.savefig(out_dir / f'{name}.png', metadata={'Software': None})
        parts.append(f'![{caption}]({name}.png)')
    notes = [notes] if isinstance(notes, str) else list(notes)
    if notes:
        parts += ['## Notes', *notes]
    path = out_dir / 'report.md'
    path.write_text('\n\n'.join(parts) + '\n', encoding='utf-8')
    return path


def _cell(entry: Mapping[str, Any], key: str, modality: str | None) -> str:
    value = value_of(entry, key, modality)
    if value is None:
        return _ABSENT
    seeds = seeds_of(entry, key, modality)
    spread = f' ± {stdev(seeds):.1f}' if len(seeds) > 1 else ''
    return f'{value:.1f}{spread}'


def _joint_seconds(results: Results) -> float | None:
    return results.get('joint', {}).get('seconds')


def _number(value: float | None, format_spec: str, unit: float = 1.0) -> str:
    return _ABSENT if value is None else format(value / unit, format_spec)


def _explanation(results: Results) -> str:
    seeds = max(len(seeds_of(entry, 'top1')) for entry in results.values())
    lines = [
        'Percent of the test set. "top-1" of a modality: its own scores within the '
        'method; "probe": a linear classifier trained on its frozen encoder.'
    ]
    if _joint_seconds(results):
        lines.append(
            f'"{_RATIO}": seconds over those of joint training, start-up and all, so '
            'that short runs say little; what a method starts from has its own row.'
        )
    if seeds > 1:
        lines.append(f'Mean ± standard deviation over {seeds} seeds.')
    return ' '.join(lines)


def _short(p_value: float) -> str:
    return f'{p_value:.1g}'.replace('e-0', 'e-')
