"""How far a difference of two accuracies on few samples can be trusted."""

from math import sqrt

_Z = 1.959964  # two-sided 95 %


def gain_interval(better: int, worse: int, count: int) -> tuple[float, float]:
    """95 % interval of the difference of two accuracies on the same few samples.

    Wald's interval with half a sample added to each of the four outcomes (Agresti and
    Min, Statistics in Medicine 2005). Unlike a bootstrap it has a width even where all
    samples agree.

    Args:
        better (int): Samples that only the first model has right.
        worse (int): Samples that only the second has right.
        count (int): All samples.

    Returns:
        tuple[float, float]: In points, within [-100, 100].
    """
    total = count + 2
    difference = (better - worse) / total
    spread = sqrt(max((better + worse + 1) / total - difference**2, 0.0) / total)
    low, high = difference - _Z * spread, difference + _Z * spread
    return 100 * max(low, -1.0), 100 * min(high, 1.0)
