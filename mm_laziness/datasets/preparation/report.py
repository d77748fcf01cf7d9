"""A summary as text, for the terminal and for ``summary.md``."""

from typing import Any

_COUNTS = ('listed', 'written', 'left_out', 'missing', 'unreadable', 'silent')


def render(summary: dict[str, Any]) -> str:
    """Markdown of a summary that :func:`summarize` made."""
    parts = [
        f'# {summary["name"]}',
        f'Folder: `{summary["root"]}`, {len(summary["classes"])} classes.',
        _splits(summary),
        _explanation(summary),
        _files(summary),
    ]
    if summary['warnings']:
        parts.append('\n'.join(f'WARNING: {line}  ' for line in summary['warnings']))
    parts += [_sample(summary['sample'])] if 'sample' in summary else []
    parts.append(_classes(summary))
    return '\n\n'.join(part for part in parts if part) + '\n'


def short(summary: dict[str, Any]) -> str:
    """The same for a terminal, without the table of classes."""
    return render(summary).partition('## Clips per class')[0].rstrip()


def table(head: list[str], rows: list[list[Any]]) -> str:
    """A Markdown table whose columns line up; numbers to the right."""
    texts = [[_text(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(head, *texts, strict=True)]
    right = [
        bool(rows) and all(not isinstance(row[i], str) for row in rows)
        for i in range(len(head))
    ]
    lines = []
    for row in [head, *texts]:
        cells = (
            cell.rjust(width) if end else cell.ljust(width)
            for cell, width, end in zip(row, widths, right, strict=True)
        )
        lines.append(f'| {" | ".join(cells)} |')
    rules = (
        '-' * (width + 1) + (':' if end else '-')
        for width, end in zip(widths, right, strict=True)
    )
    lines.insert(1, f'|{"|".join(rules)}|')
    return '\n'.join(lines)


def _text(cell: Any) -> str:
    if cell is None:
        return '-'
    # A bar would end a Markdown cell.
    return f'{cell:,}' if isinstance(cell, (int, float)) else cell.replace('|', '\\|')


def _splits(summary: dict[str, Any]) -> str:
    head = ['split', *(name.replace('_', ' ') for name in _COUNTS)]
    head += ['shortest s', 'median s', 'longest s', 'hours']
    rows = []
    for split, numbers in summary['splits'].items():
        spread = numbers['seconds'] or {}
        times = [spread.get(key) for key in ('min', 'median', 'max')]
        hours = round(spread['total'] / 3600, 2) if spread else None
        rows.append([split, *(numbers[name] for name in _COUNTS), *times, hours])
    return table(head, rows)


def _explanation(summary: dict[str, Any]) -> str:
    if summary['lists_are_given']:
        return (
            'The lists are used as they are, so "written" is what they name; clips '
            'with faults are in `annotations/kept_with_faults.csv`.'
        )
    return (
        'listed = written + left out. Clips that were left out are in '
        '`annotations/left_out.csv`, those with faults that were kept (without sound, '
        'for example) in `annotations/kept_with_faults.csv`.'
    )


def _files(summary: dict[str, Any]) -> str:
    rows = []
    for split, numbers in summary['splits'].items():
        for source, facts in numbers['sources'].items():
            cells = [_counts(facts[key]) for key in ('size', 'fps', 'sample_rate')]
            frames = facts['frames']
            span = (
                f'{frames["min"]:.0f} to {frames["max"]:.0f}, median '
                f'{frames["median"]:.0f}'
                if frames
                else '-'
            )
            rows.append([split, source, *cells, span])
    return table(['split', 'source', 'size', 'fps', 'Hz', 'frames'], rows)


def _counts(counts: dict[str, int]) -> str:
    return ', '.join(f'{name} ({n:,})' for name, n in counts.items()) or '-'


def _sample(sample: dict[str, Any]) -> str:
    if 'error' in sample:
        return f'No sample was loaded through {sample["config"]}: {sample["error"]}'
    rows = [
        [name, ' x '.join(map(str, found['shape'])), found['dtype']]
        for name, found in sample['inputs'].items()
    ]
    return f'One sample through {sample["config"]}:\n\n' + table(
        ['modality', 'shape', 'type'], rows
    )


def _classes(summary: dict[str, Any]) -> str:
    splits = summary['splits']
    rows = [
        [str(label), name, *(s['clips_per_class'][name] for s in splits.values())]
        for label, name in enumerate(summary['classes'])
    ]
    return '## Clips per class\n\n' + table(['label', 'class', *splits], rows)
