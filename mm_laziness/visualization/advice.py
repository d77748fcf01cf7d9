"""What :func:`choose_method` found, in plain words and as a table."""

from collections.abc import Mapping, Sequence
from math import floor, log10
from typing import Any

from .bars import signed

Guidance = Mapping[str, Any]


def guidance_sentence(guidance: Guidance) -> str:
    """Say in plain words what :func:`choose_method` found.

    Args:
        guidance (Mapping[str, Any]): What ``choose_method`` returned.

    Returns:
        str: The two accuracies in percent, how sure the difference is, and the advice:
        UMT, UME, or that it is too close to call and what would decide it. Then, if so,
        that the average of probabilities says otherwise, and which slices of MM Clf are
        clearly worse than the uni-modal models.
    """
    parts = [
        _verdict(guidance),
        _reason(guidance),
        _other_average(guidance),
        _lazy_slices(guidance),
    ]
    return ' '.join(part for part in parts if part)


def guidance_rows(guidance: Guidance) -> list[tuple[str, float, Sequence[float]]]:
    """Name, accuracy and interval, in percent, of all that was compared.

    Args:
        guidance (Mapping[str, Any]): What ``choose_method`` returned.
    """
    single = [
        (title.format(m), guidance[key][m], guidance[f'{key}_interval'][m])
        for key, title in (('unimodal', '{} alone'), ('split_mm_clf', '{} of MM Clf'))
        for m in guidance[key]
    ]
    fused = [
        (title, guidance[key], guidance[f'{key}_interval'])
        for key, title in (
            ('average_score', 'average of logits'),
            ('average_prob', 'average of probabilities'),
            ('mm_clf', 'MM Clf'),
        )
    ]
    return [
        (name, 100 * x, [100 * e for e in ends]) for name, x, ends in single + fused
    ]


def guidance_table(guidance: Guidance) -> str:
    """All that was compared, as aligned lines of text, in percent.

    Args:
        guidance (Mapping[str, Any]): What ``choose_method`` returned.
    """
    lines = [f'{"":<28}{"top-1":>6}   95 % interval']
    for name, top1, (low, high) in guidance_rows(guidance):
        lines.append(f'{name:<28}{top1:6.2f}   {low:6.2f} to {high:6.2f}')
    lines.append('')
    for name, end in (('logits', ''), ('probabilities', '_prob')):
        low, high = guidance[f'difference{end}_interval']
        lines.append(
            f'{f"MM Clf - avg. {name}":<28}{100 * guidance[f"difference{end}"]:+6.2f}'
            f'   {100 * low:+6.2f} to {100 * high:+6.2f}   McNemar p = '
            f'{short(guidance["p_value" + end])}'
        )
    return '\n'.join(lines)


def short(p_value: float) -> str:
    """A p-value with one digit."""
    return f'{p_value:.1g}'.replace('e-0', 'e-')


def _verdict(guidance: Guidance) -> str:
    clf = f'MM Clf {100 * guidance["mm_clf"]:.1f}'
    average = f'the average of logits {100 * guidance["average_score"]:.1f}'
    test = f'McNemar p = {short(guidance["p_value"])}'
    if not guidance['clear']:
        return (
            f'{clf} against {average} is too close to call ({test}, '
            f'{guidance["num_val"]} samples{_interval(guidance)}): '
            f'{_what_would_decide(guidance)}'
        )
    test += _interval(guidance)
    if guidance['method'] == 'UMT':
        return f'{clf} beats {average} ({test}): use UMT.'
    return f'{average[0].upper()}{average[1:]} beats {clf} ({test}): use UME.'


def _reason(guidance: Guidance) -> str | None:
    if not guidance['clear'] or 'difference' not in guidance:
        return None
    if guidance['method'] == 'UMT':
        return 'The modalities together say what no average of their models can use.'
    return (
        'The modalities are strong each by itself, and a joint classifier loses that.'
    )


def _what_would_decide(guidance: Guidance) -> str:
    train = 'train UMT and compare it with UME, which costs no training.'
    if 'samples_needed' not in guidance:
        return f'measure on more samples, or {train}'
    needed = guidance['samples_needed']
    if needed is None:
        return f'no difference was seen that more samples could confirm; {train}'
    return (
        f'about {_rounded(max(needed, guidance["num_val"] + 1)):,} samples would '
        'decide it if the difference is as large as it seems; measure on more, or '
        f'{train}'
    )


def _interval(guidance: Guidance, end: str = '') -> str:
    if f'difference{end}_interval' not in guidance:
        return ''
    low, high = (100 * x for x in guidance[f'difference{end}_interval'])
    value = signed(100 * guidance[f'difference{end}'])
    return f'; {value} points, 95 % interval {signed(low)} to {signed(high)}'


def _other_average(guidance: Guidance) -> str | None:
    """What the average of probabilities says, where it is another advice."""
    if 'method_prob' not in guidance:
        return None
    advice = guidance['method'] if guidance['clear'] else None
    other = guidance['method_prob'] if guidance['clear_prob'] else None
    if other == advice:
        return None
    words = f'asks for {other}' if other else 'is too close to call'
    return (
        f'The average of probabilities {100 * guidance["average_prob"]:.1f} says '
        f'otherwise: against it MM Clf {words} (McNemar p = '
        f'{short(guidance["p_value_prob"])}{_interval(guidance, "_prob")}).'
    )


def _lazy_slices(guidance: Guidance) -> str | None:
    """Slices of MM Clf whose interval lies below that of the uni-modal model."""
    if 'split_mm_clf' not in guidance:
        return None
    found = [
        f'{m} {100 * guidance["split_mm_clf"][m]:.1f} (alone '
        f'{100 * guidance["unimodal"][m]:.1f})'
        for m, (_, high) in guidance['split_mm_clf_interval'].items()
        if high < guidance['unimodal_interval'][m][0]
    ]
    if not found:
        return None
    return (
        'By itself a slice of MM Clf is far worse than the uni-modal model: '
        f'{", ".join(found)}; that linear layer is lazy, too.'
    )


def _rounded(number: int) -> int:
    """Two digits, rounded up, since more would pretend to be known."""
    unit = 10 ** max(0, floor(log10(number)) - 1)
    return -(-number // unit) * unit
