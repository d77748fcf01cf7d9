"""Make AVE ready: the labelled segments of its videos.

Takes AVE/<id>.mp4 and the lists trainSet.txt, valSet.txt and testSet.txt as they are,
and writes annotations/{train,val,test}.csv, whose start and end are in seconds.

Example:
    python tools/data/ave/prepare.py --root data/ave
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

from mm_laziness.datasets.preparation import (
    Clip,
    Preparation,
    add_preparation_arguments,
    exit_on_error,
    run_preparation,
)
from mm_laziness.datasets.preparation.published_lists import label_of, read_lines

HERE = Path(__file__).resolve().parent
CONFIG = HERE.parents[2] / 'configs/joint_r18_ave.py'
# For extracted frames.
FRAMES_CONFIG = HERE / 'frames.py'
DOWNLOAD = (
    'get AVE_Dataset.zip from the link in https://github.com/YapengTian/AVE-ECCV18 and '
    'unpack it so that the root holds AVE/, trainSet.txt, valSet.txt and testSet.txt'
)
SPLITS = ('train', 'val', 'test')
PUBLISHED = dict(classes=28, train=3339, val=402, test=402)
PUBLISHED_SEGMENTS = 4143


@dataclass(frozen=True)
class Segment:
    """One line of a list; ``start`` and ``end`` in seconds, ``where`` it stands."""

    category: str
    video: str
    start: float
    end: float
    where: str


def parse_args(argv: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        '--lists', type=Path, help='folder of the lists (default: the root)'
    )
    parser.add_argument(
        '--frames',
        metavar='DIR',
        help='folder under the root with a folder of extracted frames per video, to '
        'take the pictures from in place of AVE; see README.md',
    )
    add_preparation_arguments(parser, 'data/ave')
    return parser.parse_args(argv)


def read_list(path: Path) -> list[Segment]:
    """Read lines like ``Church bell&RUhOCu3LNXM&good&0&10``, with or without header."""
    segments = []
    for where, line in read_lines(path, DOWNLOAD):
        cells = [cell.strip() for cell in line.split('&')]
        # Recognized by its text: copies differ, and a first line may be a sample.
        if [cell.lower() for cell in cells[:2]] == ['category', 'videoid']:
            continue
        expected = f'{where}: expected "Category&VideoID&Quality&start&end"'
        if len(cells) != 5 or not cells[0] or not cells[1]:
            raise ValueError(f'{expected}, but got {line!r}')
        try:
            start, end = float(cells[3]), float(cells[4])
        except ValueError:
            raise ValueError(f'{expected} in seconds, but got {line!r}') from None
        if not 0 <= start < end:
            raise ValueError(f'{expected} with start before end, but got {line!r}')
        segments.append(Segment(cells[0], cells[1], start, end, where))
    return segments


def check_lists(splits: dict[str, list[Segment]], annotations: Path) -> list[str]:
    """Say what is odd about the lists, in sentences.

    Args:
        splits (dict[str, list[Segment]]): The lists.
        annotations (Path): ``Annotations.txt``, which names all segments, if there.
    """
    segments = [segment for split in splits.values() for segment in split]
    found = []
    again = len(segments) - len({segment.video for segment in segments})
    if again:
        found.append(f'{again} segments are of videos that were listed before')
    if annotations.is_file():
        known = {(s.category, s.video, s.start, s.end) for s in read_list(annotations)}
        lost = [
            s for s in segments if (s.category, s.video, s.start, s.end) not in known
        ]
        if lost:
            found.append(
                f'{len(lost)} segments are not in {annotations}, for example '
                f'{lost[0].video} ({lost[0].where})'
            )
    return found


def read(root: Path, lists: Path, frames: str | None) -> Preparation:
    """Describe the data set as its lists do."""
    splits = {split: read_list(lists / f'{split}Set.txt') for split in SPLITS}
    for sentence in check_lists(splits, lists / 'Annotations.txt'):
        print(f'NOTE: {sentence}', file=sys.stderr)
    # The order of DI-MML's code, so that labels mean the same.
    classes = list(dict.fromkeys(segment.category for segment in splits['test']))
    labels = {name: label for label, name in enumerate(classes)}
    suffix = '' if frames else '.mp4'
    clips = {
        split: [
            Clip(
                label_of(segment.category, labels, segment.where, 'testSet.txt'),
                dict(rgb=segment.video + suffix, audio=f'{segment.video}.mp4'),
                start=segment.start,
                end=segment.end,
            )
            for segment in segments
        ]
        for split, segments in splits.items()
    }
    total = sum(len(found) for found in clips.values())
    if total != PUBLISHED_SEGMENTS:
        print(
            f'WARNING: published {PUBLISHED_SEGMENTS:,} segments in all, found '
            f'{total:,}',
            file=sys.stderr,
        )
    return Preparation(
        name='AVE',
        root=str(root),
        classes=classes,
        splits=clips,
        folders=dict(rgb=frames or 'AVE', audio='AVE'),
        kinds=dict(rgb='frames' if frames else 'video', audio='sound'),
        published=PUBLISHED,
        config=str(FRAMES_CONFIG if frames else CONFIG),
        clock='rgb',
        templates=dict(rgb='{:05}.jpg') if frames else {},
        download=DOWNLOAD,
    )


def main(argv: list[str] | None = None) -> None:
    """Prepare the data set."""
    args = parse_args(argv)
    root = Path(args.root)
    with exit_on_error():
        run_preparation(read(root, args.lists or root, args.frames), args)


if __name__ == '__main__':
    main()
