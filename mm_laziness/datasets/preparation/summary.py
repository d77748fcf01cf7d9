"""Numbers about a prepared data set: how much is there, and of what shape."""

from collections import Counter
from statistics import median
from typing import Any

from .clips import Preparation, partner
from .selection import Verdict


def summarize(
    preparation: Preparation, verdicts: dict[str, list[Verdict]]
) -> dict[str, Any]:
    """Count what was found.

    Args:
        preparation (Preparation): The data set.
        verdicts (dict[str, list[Verdict]]): One per listed clip, by split.

    Returns:
        dict: ``name``, ``root``, ``classes`` (names), ``splits`` (numbers by split,
        where ``listed = written + left_out``) and ``warnings`` (list of str).
    """
    splits = {
        split: _count(preparation, split, found) for split, found in verdicts.items()
    }
    return dict(
        name=preparation.name,
        root=str(preparation.root),
        classes=list(preparation.classes),
        lists_are_given=preparation.lists_are_given,
        splits=splits,
        warnings=_warnings(preparation, splits, verdicts),
    )


def _count(
    preparation: Preparation, split: str, verdicts: list[Verdict]
) -> dict[str, Any]:
    kept = [verdict for verdict in verdicts if verdict.kept]
    faults = Counter(v.category for v in verdicts if v.category)
    labels = Counter(preparation.classes[v.clip.label] for v in kept)
    numbers: dict[str, Any] = dict(
        file=preparation.file(split),
        listed=len(verdicts),
        written=len(kept),
        left_out=len(verdicts) - len(kept),
        missing=faults['missing'],
        unreadable=faults['unreadable'],
        silent=faults['silent'],
        clips_per_class={name: labels[name] for name in preparation.classes},
        seconds=_spread(clip_seconds(preparation, kept)),
        sources={},
    )
    for source, kind in preparation.kinds.items():
        facts = [v.facts[source] for v in kept]
        # A source tells of its own half of a file that has pictures and sound.
        seen = [] if kind == 'sound' else facts
        heard = facts if kind in ('sound', 'video+sound') else []
        numbers['sources'][source] = {
            'size': _commonest(f'{f.width}x{f.height}' for f in seen if f.width),
            'fps': _commonest(f'{f.fps:.4g}' for f in seen if f.fps),
            'sample_rate': _commonest(
                str(f.sample_rate) for f in heard if f.sample_rate
            ),
            'frames': _spread([float(f.frames) for f in seen if f.frames]),
        }
    return numbers


def clip_seconds(preparation: Preparation, verdicts: list[Verdict]) -> list[float]:
    """Lengths of clips in seconds, within their files and segments, where known."""
    lengths = []
    for verdict in verdicts:
        facts = verdict.facts[preparation.clock]
        end = min(
            (t for t in (verdict.clip.end, facts.seconds) if t is not None),
            default=None,
        )
        if end is not None:
            lengths.append(end - (verdict.clip.start or 0.0))
    return lengths


def _spread(values: list[float]) -> dict[str, float] | None:
    if not values:
        return None
    return {
        'min': round(min(values), 3),
        'median': round(median(values), 3),
        'max': round(max(values), 3),
        'total': round(sum(values), 3),
    }


def _commonest(values: Any, number: int = 3) -> dict[str, int]:
    return dict(Counter(values).most_common(number))


def _warnings(
    preparation: Preparation,
    splits: dict[str, dict],
    verdicts: dict[str, list[Verdict]],
) -> list[str]:
    lines = list(preparation.notes)
    for name, published in preparation.published.items():
        if name == 'classes':
            if published != len(preparation.classes):
                found = len(preparation.classes)
                lines.append(f'published {published:,} classes, found {found:,}')
            continue
        if name not in splits:
            continue
        # A validation split that was cut from it still belongs to the published one.
        cut = partner(name, 'val', splits)
        parts = [name, *([cut] if cut and cut not in preparation.splits else [])]
        found = sum(splits[part]['written'] for part in parts)
        listed = sum(splits[part]['listed'] for part in parts)
        if preparation.lists_are_given:
            faults = ('missing', 'unreadable')
            found -= sum(splits[part][fault] for part in parts for fault in faults)
        if published != found:
            lines.append(
                f'published {published:,} clips in {name}, found {found:,} '
                f'(the list names {listed:,})'
            )
    for split, numbers in splits.items():
        empty = [n for n, count in numbers['clips_per_class'].items() if not count]
        if empty and numbers['written']:
            lines.append(
                f'{split} has no clip of {len(empty)} of {len(preparation.classes)} '
                f'classes, for example {empty[0]!r}'
            )
        if not numbers['written']:
            lines.append(f'{split} is empty: no file is written for it')
        lines += _leaks(preparation, split, verdicts)
    return lines


def _leaks(
    preparation: Preparation, split: str, verdicts: dict[str, list[Verdict]]
) -> list[str]:
    clock = preparation.clock

    def rows(name: str) -> Counter:
        kept = (verdict.clip for verdict in verdicts[name] if verdict.kept)
        return Counter((c.sources[clock], c.start, c.end) for c in kept)

    own = rows(split)
    lines = []
    repeated = sum(count - 1 for count in own.values())
    if repeated:
        lines.append(f'{split} lists {repeated:,} clips more than once')
    for role in ('val', 'test'):
        other = partner(split, role, verdicts)
        shared = len(own.keys() & rows(other).keys()) if other else 0
        if shared:
            lines.append(f'{shared:,} clips are both in {split} and in {other}')
    return lines
