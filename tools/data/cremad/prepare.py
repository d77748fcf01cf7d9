"""Make CREMA-D ready: the common split, and one that shares no speaker.

Takes VideoFlash/*.flv and AudioWAV/*.wav as they are, with OGM-GE's train.csv and
test.csv beside them, and writes annotations/{train,test}.csv and, from the names of the
files alone, annotations/{train,test}_speakers.csv.

Example:
    python tools/data/cremad/prepare.py --root data/cremad
"""

import argparse
import csv
import sys
from pathlib import Path

from speakers import describe_split, list_clips, split_by_speaker

from mm_laziness.datasets.preparation import (
    Clip,
    Preparation,
    add_preparation_arguments,
    exit_on_error,
    run_preparation,
)
from mm_laziness.datasets.preparation.published_lists import label_of, read_lines

HERE = Path(__file__).resolve().parent
CONFIG = HERE.parents[2] / 'configs/joint_r18_cremad.py'
# For extracted frames.
FRAMES_CONFIG = HERE / 'frames.py'
# The order of the labels in OGM-GE's and DI-MML's code.
CLASSES = ('NEU', 'HAP', 'SAD', 'FEA', 'DIS', 'ANG')
DOWNLOAD = (
    'get the data set with git lfs from https://github.com/CheyneyComputerScience/'
    'CREMA-D, so that the root holds AudioWAV/ and VideoFlash/'
)
LISTS = (
    'copy train.csv and test.csv from data/CREMAD of '
    'https://github.com/GeWu-Lab/OGM-GE_CVPR2022 into the root, or name their folder '
    'by --lists'
)
PUBLISHED = dict(classes=6, train=6698, test=744)
# Of the whole data set, which the speaker-disjoint split covers.
PUBLISHED_CLIPS = 7442


def parse_args(argv: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        '--lists', type=Path, help="folder of OGM-GE's lists (default: the root)"
    )
    parser.add_argument(
        '--frames',
        metavar='DIR',
        help='folder under the root with a folder of extracted frames per clip, to '
        'use in place of VideoFlash; see README.md',
    )
    parser.add_argument(
        '--test-speakers',
        type=float,
        default=0.1,
        metavar='F',
        help='fraction of the speakers in test_speakers.csv (default: 0.1)',
    )
    parser.add_argument(
        '--speaker-seed', type=int, default=0, help='which speakers (default: 0)'
    )
    add_preparation_arguments(parser, 'data/cremad')
    return parser.parse_args(argv)


def read_split(path: Path) -> list[tuple[int, str]]:
    """Read one of OGM-GE's lists, ``1041_TIE_NEU_XX,NEU`` without a header.

    Returns:
        list[tuple[int, str]]: Label and clip.
    """
    labels = {name: label for label, name in enumerate(CLASSES)}
    clips = []
    for where, line in read_lines(path, LISTS):
        cells = [cell.strip() for cell in next(csv.reader([line]))]
        if len(cells) != 2 or not cells[0]:
            raise ValueError(f'{where}: expected "clip,EMOTION", but got {line!r}')
        clips.append((label_of(cells[1], labels, where, 'CREMA-D'), cells[0]))
    return clips


def read(
    root: Path, lists: Path, frames: str | None, fraction: float, seed: int
) -> Preparation:
    """Describe the data set: OGM-GE's split if its lists are there, and our own."""
    video = frames or 'VideoFlash'
    rows: dict[str, list[tuple[int, str]]] = {}
    names = {split: lists / f'{split}.csv' for split in ('train', 'test')}
    if any(path.is_file() for path in names.values()):
        rows = {split: read_split(path) for split, path in names.items()}
    else:
        print(
            f'WARNING: {names["train"]} and {names["test"]} do not exist, so only the '
            f'speaker-disjoint split is written; for the common one, {LISTS}',
            file=sys.stderr,
        )
    clips = list_clips(root / 'AudioWAV', root / video, CLASSES)
    if not clips:
        raise FileNotFoundError(
            f'no clip is in {root / "AudioWAV"} or {root / video}; {DOWNLOAD}'
        )
    if len(clips) != PUBLISHED_CLIPS:
        print(
            f'WARNING: published {PUBLISHED_CLIPS:,} clips in all, found '
            f'{len(clips):,}',
            file=sys.stderr,
        )
    own = split_by_speaker(clips, fraction, seed)
    print(describe_split(own, CLASSES))
    rows |= {f'{split}_speakers': found for split, found in own.items()}
    suffix = '' if frames else '.flv'
    return Preparation(
        name='CREMA-D',
        root=str(root),
        classes=list(CLASSES),
        splits={
            split: [
                Clip(label, dict(rgb=clip + suffix, audio=f'{clip}.wav'))
                for label, clip in found
            ]
            for split, found in rows.items()
        },
        folders=dict(rgb=video, audio='AudioWAV'),
        kinds=dict(rgb='frames' if frames else 'video', audio='sound'),
        published={k: n for k, n in PUBLISHED.items() if k in rows or k == 'classes'},
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
        preparation = read(
            root,
            args.lists or root,
            args.frames,
            args.test_speakers,
            args.speaker_seed,
        )
        run_preparation(preparation, args)


if __name__ == '__main__':
    main()
