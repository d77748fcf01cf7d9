"""Split CREMA-D so that nobody is in training and testing."""

import random
import re
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

# Actor, sentence, emotion, strength; one file of the published set ends in a single X.
NAME = re.compile(r'(?P<actor>\d{4})_[A-Z]{3}_(?P<emotion>[A-Z]{3})_[A-Z]{1,2}')

Rows = list[tuple[int, str]]


def list_clips(sound: Path, video: Path, classes: Sequence[str]) -> Rows:
    """Label and name of all clips that have a file in either folder, sorted."""
    names = {
        path.stem
        for folder in (sound, video)
        if folder.is_dir()
        for path in folder.iterdir()
        # Some systems leave their own files about, which begin with a dot.
        if not path.name.startswith('.')
    }
    clips, others = [], []
    for name in sorted(names):
        match = NAME.fullmatch(name)
        if match and match['emotion'] in classes:
            clips.append((classes.index(match['emotion']), name))
        else:
            others.append(name)
    if others:
        print(
            f'WARNING: {len(others)} files are not called like 1001_IEO_NEU_XX and '
            f'left out, for example {others[0]!r}',
            file=sys.stderr,
        )
    return clips


def split_by_speaker(clips: Rows, fraction: float, seed: int) -> dict[str, Rows]:
    """Draw the speakers for testing, by the seed alone.

    Args:
        clips (Rows): Label and name of each clip.
        fraction (float): Of the speakers, in (0, 1).
        seed (int): Another seed draws others.

    Returns:
        dict[str, Rows]: ``'train'`` and ``'test'``, in the order of ``clips``.

    Raises:
        ValueError: If the fraction is out of range, or there is one speaker only.
    """
    speakers = sorted({name[:4] for _, name in clips})
    if not 0 < fraction < 1 or len(speakers) < 2:
        raise ValueError(
            '--test-speakers must be between 0 and 1, of at least 2 speakers, but got '
            f'{fraction} of {len(speakers)}'
        )
    count = min(max(round(fraction * len(speakers)), 1), len(speakers) - 1)
    chosen = set(random.Random(seed).sample(speakers, count))
    split = {
        'train': [clip for clip in clips if clip[1][:4] not in chosen],
        'test': [clip for clip in clips if clip[1][:4] in chosen],
    }
    assert not _speakers(split['train']) & _speakers(split['test'])
    return split


def describe_split(split: dict[str, Rows], classes: Sequence[str]) -> str:
    """Numbers of speakers and clips, and the share of each class in percent."""
    lines = ['speaker-disjoint split']
    for name, clips in split.items():
        counts = Counter(label for label, _ in clips)
        shares = ', '.join(
            f'{kind} {100 * counts[label] / len(clips):.1f}'
            for label, kind in enumerate(classes)
        )
        lines.append(
            f'  {name}_speakers: {len(_speakers(clips))} speakers, {len(clips):,} '
            f'clips; percent of each class: {shares}'
        )
    lines.append('  test speakers: ' + ' '.join(sorted(_speakers(split['test']))))
    return '\n'.join(lines)


def _speakers(clips: Rows) -> set[str]:
    return {name[:4] for _, name in clips}
