"""Which clips go into the annotation files, and why the others do not."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from .clips import Clip, Preparation
from .inspection import MISSING, Inspector
from .media_facts import Facts

_PICTURES = ('video', 'video+sound')
_SOUND = ('sound', 'video+sound')


@dataclass
class Verdict:
    """A clip and what is wrong with it.

    Args:
        clip (Clip): The clip, with ``total_frames`` where pictures were counted.
        category (str, optional): ``'missing'``, ``'unreadable'`` or ``'silent'``;
            None if it is sound.
        files (list[str]): The files at fault, relative to the root.
        reason (str): What is wrong with them.
        kept (bool): Whether it goes into the annotation file.
        facts (dict[str, Facts]): What is known of its files, by source.
    """

    clip: Clip
    category: str | None
    files: list[str] = field(default_factory=list)
    reason: str = ''
    kept: bool = True
    facts: dict[str, Facts] = field(default_factory=dict)


def judge(
    clip: Clip,
    preparation: Preparation,
    inspector: Inspector,
    keep_missing: bool = False,
    drop_silent: bool = False,
) -> Verdict:
    """Decide about one clip from the facts of its files.

    Args:
        clip (Clip): The clip.
        preparation (Preparation): Its data set.
        inspector (Inspector): What is known of its files.
        keep_missing (bool): Keep clips whose files are missing or unreadable.
        drop_silent (bool): Leave out clips whose file has no sound.
    """
    faults: dict[str, list[tuple[str, str]]] = {}
    facts = {source: inspector[source, clip] for source in clip.sources}
    for source, known in facts.items():
        found = _fault(preparation.kinds[source], known, clip)
        if found:
            category, reason = found
            entry = (preparation.path(source, clip), reason)
            faults.setdefault(category, []).append(entry)
    counts = [
        fact.frames
        for source, fact in facts.items()
        if fact.frames and preparation.kinds[source] in ('frames', 'flow')
    ]
    if counts and clip.total_frames is None:
        clip = replace(clip, total_frames=min(counts))
    for category in ('missing', 'unreadable', 'silent'):
        if category in faults:
            # The same file may serve several sources.
            files, reasons = (
                list(dict.fromkeys(part))
                for part in zip(*faults[category], strict=True)
            )
            drop = drop_silent if category == 'silent' else not keep_missing
            return Verdict(clip, category, files, '; '.join(reasons), not drop, facts)
    return Verdict(clip, None, facts=facts)


def _fault(kind: str, facts: Facts, clip: Clip) -> tuple[str, str] | None:
    if facts.fault == MISSING:
        return 'missing', MISSING
    if facts.fault:
        return 'unreadable', facts.fault
    if kind in _PICTURES and not facts.pictures:
        return 'unreadable', 'no pictures'
    if facts.seconds is not None and (clip.start or 0) >= facts.seconds:
        return 'unreadable', f'{facts.seconds:.2f} s long, but starts at {clip.start} s'
    if kind in _SOUND and not facts.sound:
        return 'silent', 'no sound'
    return None


def fault_table(verdicts: Iterable[tuple[str, Verdict]]) -> str:
    """CSV text of clips with faults: split, files (joined by ``;``), reason."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator='\n')
    rows.writerow(['split', 'files', 'reason'])
    for split, verdict in verdicts:
        rows.writerow([split, ';'.join(verdict.files), verdict.reason])
    return text.getvalue()
