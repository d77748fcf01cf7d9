"""Annotation files and a summary of VGG-Sound, from its list and the videos.

Example:
    python tools/data/vggsound/prepare.py --root data/vggsound
"""

import argparse
import csv
from collections.abc import Iterator
from pathlib import Path

from mm_laziness.datasets.preparation import (
    Clip,
    Preparation,
    add_preparation_arguments,
    exit_on_error,
    run_preparation,
)
from mm_laziness.datasets.preparation.published_lists import read_text

CONFIG = Path(__file__).parents[3] / 'configs/joint_r18_vggsound.py'
DOWNLOAD = (
    'get vggsound.csv from https://www.robots.ox.ac.uk/~vgg/data/vggsound/ and the '
    'clips as videos/<YouTube id>_<start, 6 digits>.mp4; see '
    'tools/data/vggsound/README.md'
)
# The authors' repository lists this many test clips; none for training.
PUBLISHED = {'classes': 309, 'test': 15257}
SPLITS = ('train', 'test')


def main(argv: list[str] | None = None) -> None:
    """Prepare the data set."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_preparation_arguments(parser, 'data/vggsound')
    options = parser.parse_args(argv)
    with exit_on_error():
        run_preparation(read_vggsound(options.root), options)


def read_vggsound(root: str) -> Preparation:
    """Read ``vggsound.csv``: YouTube id, start in seconds, label, split; no header.

    Raises:
        FileNotFoundError: If the list is not there.
        ValueError: If a row is not of this form.
    """
    path = Path(root, 'vggsound.csv')
    rows = []
    for where, row in read_rows(path):
        if len(row) != 4 or not row[1].isdigit() or row[3] not in SPLITS:
            raise ValueError(
                f'{where}: expected "id,start,label,train" or "...,test", labels with '
                f'a comma in quotes, but got {row}'
            )
        rows.append(row)
    classes = sorted({label for _, _, label, _ in rows})
    labels = {name: label for label, name in enumerate(classes)}
    splits: dict[str, list[Clip]] = {split: [] for split in SPLITS}
    for name, start, label, split in rows:
        video = f'{name}_{int(start):06d}.mp4'
        sources = {'rgb': video, 'audio': video}
        splits[split].append(Clip(labels[label], sources))
    return Preparation(
        name='VGG-Sound',
        root=root,
        classes=classes,
        splits=splits,
        folders={'rgb': 'videos', 'audio': 'videos'},
        kinds={'rgb': 'video', 'audio': 'sound'},
        published=PUBLISHED,
        config=str(CONFIG),
        clock='rgb',
        notes=compare_with_test_list(Path(root, 'test.csv'), rows),
        download=DOWNLOAD,
    )


def read_rows(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Rows of a CSV file that are not blank, and where each stands."""
    lines = read_text(path, DOWNLOAD).split('\n')
    reader = csv.reader(lines, skipinitialspace=True)
    for row in filter(None, reader):
        yield f'{path}, line {reader.line_num}', row


def compare_with_test_list(path: Path, rows: list[list[str]]) -> list[str]:
    """What the list of the authors' repository, ``file.mp4,label``, says otherwise.

    Args:
        path (Path): That list; without it there is nothing to compare.
        rows (list[list[str]]): Of ``vggsound.csv``.
    """
    if not path.is_file():
        return []
    older = {}
    for where, row in read_rows(path):
        if len(row) != 2:
            raise ValueError(f'{where}: expected "file.mp4,label", but got {row}')
        older[row[0]] = row[1]
    ours = {
        f'{name}_{int(start):06d}.mp4': label
        for name, start, label, split in rows
        if split == 'test'
    }
    differences = {
        'are not test clips of vggsound.csv': older.keys() - ours.keys(),
        'have another label in vggsound.csv': {
            name for name in older.keys() & ours.keys() if older[name] != ours[name]
        },
    }
    return [
        f'{len(names):,} of the {len(older):,} clips of {path.name} {what}, for '
        f'example {min(names)}'
        for what, names in differences.items()
        if names
    ]


if __name__ == '__main__':
    main()
