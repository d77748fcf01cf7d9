"""Conditional utilization as a table and as a figure."""

from collections.abc import Mapping
from typing import Any

from matplotlib.figure import Figure

from mm_laziness.visualization.bars import POINT
from mm_laziness.visualization.panels import color_of, new_panels

_HEADER = ('branch', 'with others', 'without', 'utilization', '95 % interval')


def utilization_table(report: Mapping[str, Any]) -> str:
    """Lay out a report: accuracies in percent, utilization as a fraction.

    Args:
        report (Mapping): What ``utilization_report`` returned.
    """
    rows = [list(_HEADER)]
    for name, branch in report['branches'].items():
        row = [name, f'{branch["full"]:.2f}', f'{branch["off"]:.2f}']
        if branch['utilization'] is None:
            row += ['-', branch['reason']]
        else:
            low, high = branch['interval']
            row += [f'{branch["utilization"]:.3f}', f'[{low:.3f}, {high:.3f}]']
        rows.append(row)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [cell.rjust(w) for cell, w in zip(row[1:], widths[1:], strict=True)]
        lines.append('  '.join([row[0].ljust(widths[0]), *cells]))
    if report['imbalance'] is not None:
        lines.append(f'largest less smallest utilization: {report["imbalance"]:.3f}')
    return '\n'.join(lines)


def plot_utilization(report: Mapping[str, Any], title: str = '') -> Figure:
    """Draw accuracies with and without exchange, and beside them the utilization.

    Args:
        report (Mapping): What ``utilization_report`` returned.
        title (str): Name of the model.

    Returns:
        Figure: Two panels with a row per branch; the line of each utilization is its
        95 % interval. A branch without a utilization has no mark.
    """
    branches = report['branches']
    figure, (accuracies, rates) = new_panels(2, 0.6 + 0.55 * len(branches), sharey=True)
    for y, (name, branch) in enumerate(branches.items()):
        color = color_of(y)
        bars = (('full', -0.2, 1.0, 'with others'), ('off', 0.2, 0.45, 'without'))
        for key, shift, alpha, label in bars:
            accuracies.barh(y + shift, branch[key], 0.36, color=color, alpha=alpha)
            accuracies.annotate(
                f'{branch[key]:.1f} {label}',
                (branch[key], y + shift),
                xytext=(4, 0),
                textcoords='offset points',
                va='center',
                fontsize=8,
            )
        if branch['utilization'] is None:
            continue
        rates.plot(branch['interval'], [y, y], color=POINT, linewidth=1.2)
        rates.plot(branch['utilization'], y, 'o', color=color, label=name)
        rates.annotate(
            f'{branch["utilization"]:.2f}',
            (branch['utilization'], y),
            xytext=(0, 7),
            textcoords='offset points',
            ha='center',
            fontsize=8,
        )
    accuracies.set_yticks(range(len(branches)), list(branches))
    accuracies.set_ylim(len(branches) - 0.4, -0.6)
    # Room for the labels behind the longest bar.
    longest = max(max(b['full'], b['off']) for b in branches.values())
    accuracies.set_xlim(0, max(1.0, 1.6 * longest))
    accuracies.set_xticks([tick for tick in range(0, 101, 20) if tick <= 1.1 * longest])
    accuracies.set_xlabel('Top-1 accuracy of the branch (%)', fontsize=9)
    rates.axvline(0, color=POINT, linestyle=':', linewidth=1)
    rates.set_xlim(min(-0.1, rates.get_xlim()[0]), max(1.05, rates.get_xlim()[1]))
    rates.set_xlabel('Conditional utilization', fontsize=9)
    figure.suptitle(
        'What each branch owes to the others' + (f': {title}' if title else ''),
        fontsize=11,
    )
    return figure
