"""Linear probes of one model's encoders, as a table and as a figure."""

from collections.abc import Mapping
from typing import Any

from matplotlib.figure import Figure

from .bars import Bar, add_legend, draw_bars, new_figure, signed

_COLUMNS = ('encoder', 'top-1', '95 % interval', 'top-5', 'mean class')
_MORE = ('trained alone', 'difference', '95 % interval', 'p')


def probes_table(probes: Mapping[str, Any]) -> str:
    """Lay out the probes of encoders, in percent.

    Args:
        probes (Mapping): What ``probe_checkpoint`` returned.
    """
    encoders = probes['encoders']
    compared = any('reference' in entry for entry in encoders.values())
    rows = [[*_COLUMNS, *(_MORE if compared else ())]]
    for name, entry in encoders.items():
        numbers = [f'{entry["top5"]:.2f}', f'{entry["mean1"]:.2f}']
        row = [name, f'{entry["top1"]:.2f}', _interval(entry['top1_interval'])]
        row += numbers
        if reference := entry.get('reference'):
            row += [
                f'{reference["top1"]:.2f}',
                f'{reference["difference"]:+.2f}',
                _interval(reference['difference_interval'], '+'),
                f'{reference["p_value"]:.4f}',
            ]
        rows.append(row + [''] * (len(rows[0]) - len(row)))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [cell.rjust(w) for cell, w in zip(row[1:], widths[1:], strict=True)]
        lines.append('  '.join([row[0].ljust(widths[0]), *cells]).rstrip())
    return '\n'.join(lines)


def plot_probes(probes: Mapping[str, Any], title: str = '') -> Figure:
    """Draw the probes' top-1 with their intervals, one panel per encoder.

    Args:
        probes (Mapping): What ``probe_checkpoint`` returned.
        title (str): Name of the model.

    Returns:
        Figure: The dashed line is the level of the encoder that was trained alone.
    """
    encoders = probes['encoders']
    single = len(encoders) == 1
    panels = {name: _bars(entry, single) for name, entry in encoders.items()}
    figure = new_figure(list(panels.values()), 4.5)
    grid = figure.subplots(1, len(panels), sharex=True, squeeze=False)
    for axes, (name, bars) in zip(grid[0], panels.items(), strict=True):
        entry = encoders[name]
        reference = entry.get('reference')
        draw_bars(axes, bars, reference['top1'] if reference else None)
        axes.set_xlabel('Linear-probe top-1 (%)')
        axes.set_title(_heading(name, reference), fontsize=10)
    figure.suptitle(f'Linear probes of {title}' if title else 'Linear probes')
    if any('reference' in entry for entry in encoders.values()):
        add_legend(figure, single=True, level=True, points=False)
    return figure


def _bars(entry: Mapping[str, Any], single: bool) -> list[Bar]:
    low, high = entry['top1_interval']
    bars = [Bar('this model', entry['top1'], single=single, interval=(low, high))]
    if reference := entry.get('reference'):
        low, high = reference['top1_interval']
        alone = Bar('alone', reference['top1'], single=True, interval=(low, high))
        alone.reference = True
        bars.append(alone)
    return bars


def _heading(name: str, reference: Mapping[str, Any] | None) -> str:
    if reference is None:
        return f'{name} encoder'
    low, high = (signed(end) for end in reference['difference_interval'])
    return (
        f'{name} encoder\n{signed(reference["difference"])} points to training alone '
        f'(95 %: {low} to {high})'
    )


def _interval(ends: list[float], sign: str = '') -> str:
    low, high = (f'{end:{sign}.2f}' for end in ends)
    return f'[{low}, {high}]'
