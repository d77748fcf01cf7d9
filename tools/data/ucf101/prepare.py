"""Make UCF101 ready: RGB frames and TV-L1 flow with the official splits.

Takes Feichtenhofer's folders (jpegs_256, tvl1_flow/u, tvl1_flow/v) or MMAction2's
(rawframes) as they are, and writes annotations/{train,test}_split<N>.csv.

Example:
    python tools/data/ucf101/prepare.py --root data/ucf101
"""

import argparse
import re
import sys
from pathlib import Path

from folders import LAYOUTS, Layout, Spelling, find_layout, unequal_flow

from mm_laziness.datasets.preparation import (
    Clip,
    Preparation,
    add_preparation_arguments,
    exit_on_error,
    run_preparation,
)
from mm_laziness.datasets.preparation.published_lists import label_of, read_lines

LISTS = (
    'get UCF101TrainTestSplits-RecognitionTask.zip from '
    'https://www.crcv.ucf.edu/data/UCF101.php and unpack it under the root, or name '
    'its folder by --lists'
)
PICTURES = (
    'get the frames ucf101_jpegs_256.zip and the flow ucf101_tvl1_flow.zip of '
    "Feichtenhofer's two-stream fusion, or extract both with MMAction2's "
    'tools/data/ucf101 into rawframes/; see tools/data/ucf101/README.md'
)
PUBLISHED = {1: (9537, 3783), 2: (9586, 3734), 3: (9624, 3696)}
ROLES = ('train', 'test')
ENTRY = re.compile(r'(?P<name>[^/]+)/(?P<video>[^/]+?)\.avi(?:\s+(?P<label>\d+))?')


def parse_args(argv: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        '--split',
        type=int,
        nargs='+',
        choices=list(PUBLISHED),
        metavar='N',
        help='official splits to write (default: those whose lists are there)',
    )
    parser.add_argument(
        '--layout',
        choices=['auto', *LAYOUTS],
        default='auto',
        help="Feichtenhofer's folders or MMAction2's (default: whichever is there)",
    )
    parser.add_argument(
        '--lists', type=Path, help='folder of the lists (default: ucfTrainTestlist)'
    )
    add_preparation_arguments(parser, 'data/ucf101')
    return parser.parse_args(argv)


def read_classes(path: Path) -> list[str]:
    """Read ``classInd.txt``: ``1 ApplyEyeMakeup``, numbered from 1 without gaps."""
    names = []
    for where, line in read_lines(path, LISTS):
        number, _, name = line.partition(' ')
        if number != str(len(names) + 1) or not name.strip():
            raise ValueError(
                f'{where}: expected "{len(names) + 1} <class>", but got {line!r}'
            )
        names.append(name.strip())
    return names


def read_split(path: Path, classes: list[str]) -> list[tuple[int, str, str]]:
    """Read a list: ``Class/v_Class_g01_c01.avi``, of training ones with the label.

    Returns:
        list[tuple[int, str, str]]: Label (from 0), class and video of each clip.
    """
    labels = {name: label for label, name in enumerate(classes)}
    clips = []
    for where, line in read_lines(path, LISTS):
        entry = ENTRY.fullmatch(line)
        if entry is None:
            raise ValueError(
                f'{where}: expected "Class/v_Class_g01_c01.avi [label]", but got '
                f'{line!r}'
            )
        label = label_of(entry['name'], labels, where, 'classInd.txt')
        if entry['label'] and int(entry['label']) != label + 1:
            raise ValueError(
                f'{where}: label {entry["label"]} (from 1), but classInd.txt gives '
                f'{label + 1} for {entry["name"]}'
            )
        clips.append((label, entry['name'], entry['video']))
    return clips


def read(root: Path, layout: Layout, lists: Path, splits: list[int]) -> Preparation:
    """Describe the data set as its lists do."""
    classes = read_classes(lists / 'classInd.txt')
    spelling = {
        source: Spelling(root / folder.replace('{}', layout.axes[0]))
        for source, folder in layout.folders.items()
    }
    clips: dict[str, list[Clip]] = {}
    published = {'classes': 101}
    for number in splits:
        for role, count in zip(ROLES, PUBLISHED[number], strict=True):
            split = f'{role}_split{number}'
            published[split] = count
            clips[split] = []
            for label, name, video in read_split(
                lists / f'{role}list{number:02}.txt', classes
            ):
                path = f'{name}/{video}' if layout.by_class else video
                sources = {source: spelling[source](path) for source in layout.folders}
                clips[split].append(Clip(label, sources))
    return Preparation(
        name='UCF101',
        root=str(root),
        classes=classes,
        splits=clips,
        folders=layout.folders,
        kinds=dict(rgb='frames', flow='flow'),
        published=published,
        config=str(layout.config),
        clock='rgb',
        templates=layout.templates,
        axes=layout.axes,
        download=PICTURES,
    )


def main(argv: list[str] | None = None) -> None:
    """Prepare the data set."""
    args = parse_args(argv)
    root = Path(args.root)
    with exit_on_error():
        layout = find_layout(root, args.layout, PICTURES)
        lists = args.lists or root / 'ucfTrainTestlist'
        there = [n for n in PUBLISHED if (lists / f'trainlist{n:02}.txt').is_file()]
        preparation = read(root, layout, lists, args.split or there or [1])
        run_preparation(preparation, args)
        unequal = unequal_flow(preparation)
        if unequal:
            print(
                f'WARNING: of {len(unequal)} videos the two axes of flow have unequal '
                'numbers of pictures; the smaller one counts: '
                + ', '.join(unequal[:5])
                + (', ...' if len(unequal) > 5 else ''),
                file=sys.stderr,
            )
        if layout.note:
            print(layout.note)


if __name__ == '__main__':
    main()
