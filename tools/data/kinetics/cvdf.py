"""Kinetics-400 as CVDF publishes it."""

import csv
import os
from pathlib import Path

from lists import DOWNLOAD, SPLITS, VIDEOS, make_clip, make_preparation

from mm_laziness.datasets.preparation import Preparation
from mm_laziness.datasets.preparation.published_lists import read_text

COLUMNS = ('label', 'youtube_id', 'time_start', 'time_end')
SUFFIXES = ('.mp4', '.mkv', '.webm', '.avi')


def read_cvdf(root: str) -> Preparation:
    """Read CVDF's annotations and look for the videos.

    Videos lie flat or in folders of classes, in MMAction2's ``videos_train`` or in
    CVDF's ``train``; the latter is given a link of the former's name, which the
    configs look in.

    Raises:
        FileNotFoundError: If annotations or folders are not there.
        ValueError: If a row cannot be read.
    """
    rows = {split: read_rows(root, split) for split in SPLITS}
    # Of names with underscores, as MMAction2 sorts them.
    classes = sorted({label for found in rows.values() for label, _ in found})
    labels = {name: label for label, name in enumerate(classes)}
    splits, notes = {}, []
    for split, found in rows.items():
        videos = find_videos(root, split)
        flat = videos and all('/' not in path for path in videos.values())
        splits[split] = []
        for name, stem in found:
            guess = f'{stem}.mp4' if flat else f'{name}/{stem}.mp4'
            path = f'{VIDEOS[split]}/{videos.get(stem, guess)}'
            splits[split].append(make_clip(path, labels[name]))
        unused = videos.keys() - {stem for _, stem in found}
        if unused:
            notes.append(
                f'{len(unused):,} videos of {split} are in no annotation and were not '
                f'used, for example {videos[min(unused)]}'
            )
    return make_preparation(root, classes, splits, notes=notes)


def read_rows(root: str, split: str) -> list[tuple[str, str]]:
    """Class, with underscores, and name of each video of ``annotations/<split>.csv``.

    MMAction2's name of that file, ``kinetics_<split>.csv``, serves as well.
    """
    names = [f'annotations/{split}.csv', f'annotations/kinetics_{split}.csv']
    path = next((p for name in names if (p := Path(root, name)).is_file()), None)
    if path is None:
        raise FileNotFoundError(f'{Path(root, names[0])} does not exist. {DOWNLOAD}')
    rows = []
    reader = csv.DictReader(read_text(path, DOWNLOAD).split('\n'))
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or [])]
    if missing:
        raise ValueError(
            f'{path}: expected columns {list(COLUMNS)}, but {missing} are missing'
        )
    for row in reader:
        try:
            start, end = (int(float(row[key])) for key in COLUMNS[2:])
        except (TypeError, ValueError):
            raise ValueError(
                f'{path}, line {reader.line_num}: time_start and time_end must be '
                f'seconds, but got {row}'
            ) from None
        label = row['label'].replace('"', '').replace(' ', '_')
        rows.append((label, f'{row["youtube_id"]}_{start:06d}_{end:06d}'))
    return rows


def find_videos(root: str, split: str) -> dict[str, str]:
    """Videos by name, as paths in MMAction2's folder, which is linked if need be."""
    folder = Path(root, VIDEOS[split])
    if not folder.exists() and Path(root, split).is_dir():
        try:
            folder.symlink_to(split, target_is_directory=True)
        except OSError as error:
            raise ValueError(
                f'cannot link {folder} to {split} ({error}); rename {split}/ to '
                f'{VIDEOS[split]}/'
            ) from error
        print(f'linked {folder} to {split}/, which has the videos')
    videos = {}
    for place, _, names in os.walk(folder):
        inside = Path(place).relative_to(folder)
        for name in names:
            stem, suffix = os.path.splitext(name)
            if suffix.lower() in SUFFIXES:
                videos[stem] = (inside / name).as_posix()
    return videos
