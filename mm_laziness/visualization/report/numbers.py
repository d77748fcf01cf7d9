"""How a report writes numbers."""

from collections.abc import Sequence

from ..advice import short
from ..bars import signed

ABSENT = '-'


def number(value: float | None, format_spec: str = '.1f') -> str:
    """A number, or a dash where there is none."""
    return ABSENT if value is None else format(value, format_spec)


def points(value: float | None) -> str:
    """A difference in points with its sign, or a dash."""
    return ABSENT if value is None else signed(value)


def interval(bounds: Sequence[float] | None, *, sign: bool = False) -> str:
    """Two bounds in brackets, or a dash.

    Example:
        >>> interval([1.0, 5.8], sign=True)
        '[+1.0, +5.8]'
    """
    if bounds is None:
        return ABSENT
    low, high = (signed(b) if sign else f'{b:.1f}' for b in bounds)
    return f'[{low}, {high}]'


def p_value(value: float | None) -> str:
    """One digit of a p-value, ``0.04`` or ``1e-6``, or a dash."""
    return ABSENT if value is None else short(value)


def percent(fraction: float | None) -> float | None:
    """A fraction in percent; None stays None."""
    return None if fraction is None else 100 * fraction


def listing(words: Sequence[str]) -> str:
    """Words as a sentence lists them: ``a, b and c``."""
    *first, last = words
    return f'{", ".join(first)} and {last}' if first else last
