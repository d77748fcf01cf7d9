"""Pictures of confusion matrices."""

from collections.abc import Sequence
from typing import Any

import torch
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure, SubFigure

from ..evaluation.functional.confusion import most_confused
from .class_drawing import new_canvas, shorten

# Up to so many classes, counts stand in the cells, or names at the axes.
_COUNTED, _NAMED = 20, 50
_LISTED = 15


def plot_confusion(
    matrix: Sequence[Sequence[int]], class_names: Sequence[str], title: str
) -> Figure:
    """Draw what each class is taken for.

    Args:
        matrix (Sequence[Sequence[int]]): Counts (K, K): a row per true class, a column
            per predicted one.
        class_names (Sequence[str]): K names.
        title (str): Such as the model's name.

    Returns:
        Figure: Shares of each row, and counts, names or a list of the most frequent
        mistakes, whichever stays legible.

    Raises:
        ValueError: If the matrix is not square or the names do not fit.
    """
    counts = torch.as_tensor(matrix, dtype=torch.int64)
    num = len(class_names)
    if counts.shape != (num, num) or num == 0:
        raise ValueError(
            'a confusion matrix has a row and a column for each class name, but got '
            f'the shape {tuple(counts.shape)} and {num} names'
        )
    named = num <= _NAMED
    font = 8 if num <= 30 else 6
    # Names take room on two sides, the list of mistakes on one.
    longest = max(len(shorten(name)) for name in class_names)
    room = 0.0094 * font * longest if named else 0.0
    side = min(max(0.42 * num, 2.6), 9.0) if named else 6.4
    size = side + room + (1.4 if named else 4.4), side + room + 0.9
    figure = new_canvas(*size)
    parts = figure.subfigures(
        *(1, 1 if named else 2),
        squeeze=False,
        width_ratios=None if named else [2.4, 1],
    )[0]
    axes = parts[0].add_subplot()
    shares = (100 * counts / counts.sum(dim=1, keepdim=True).clamp(min=1)).numpy()
    # The root brings out the few mistakes beside a strong diagonal.
    norm = PowerNorm(0.5, vmin=0, vmax=100)
    axes.imshow(shares, cmap='Blues', norm=norm, interpolation='nearest')
    bar = ScalarMappable(norm, 'Blues')
    parts[0].colorbar(
        bar, ax=axes, shrink=0.7, pad=0.02, label='Share of the true class (%)'
    )
    axes.set(xlabel='Predicted class', ylabel='True class')
    right = int(counts.diagonal().sum())
    total = int(counts.sum())
    axes.set_title(f'{title}: {right} of {total} right', fontsize=11)
    if named:
        labels = [shorten(name) for name in class_names]
        axes.set_xticks(range(num), labels, rotation=90, fontsize=font)
        axes.set_yticks(range(num), labels, fontsize=font)
        axes.tick_params(length=0)
    else:
        _list_mistakes(parts[1], counts, class_names)
    if num <= _COUNTED:
        _write_counts(axes, counts, shares)
    return figure


def _write_counts(axes: Axes, counts: torch.Tensor, shares: Any) -> None:
    for i, j in counts.nonzero().tolist():
        axes.text(
            *(j, i, str(int(counts[i, j]))),
            ha='center',
            va='center',
            fontsize=7,
            color='white' if shares[i][j] > 35 else '#222222',
        )


def _list_mistakes(
    part: SubFigure, counts: torch.Tensor, class_names: Sequence[str]
) -> None:
    """Say beside the picture what its many cells cannot."""
    lines = ['Most frequent mistakes', '(true class → predicted, times)', '']
    for true, predicted, times in most_confused(counts, _LISTED):
        names = shorten(class_names[true], 26), shorten(class_names[predicted], 26)
        lines.append(f'{names[0]} →\n   {names[1]}, {times}')
    part.text(0.02, 0.95, '\n'.join(lines), va='top', fontsize=8, linespacing=1.25)
