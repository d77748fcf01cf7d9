"""Kinetics-400 as MMAction2 and as CVDF lay it out."""

import csv

import numpy as np
from media import tone, write_video

# As they are published: spaces, parentheses and an apostrophe.
CLASSES = ["massaging person's head", 'riding a bike', 'shooting goal (soccer)']
SPLITS = ('train', 'val')


def write_tree(
    root,
    layout='mmaction2',
    train=2,
    val=1,
    classes=tuple(CLASSES),
    seconds=1.0,
    size=32,
    fps=8,
    sound=True,
):
    """Write videos of 32 pixels and their lists; return the rows (split, name, label).

    Args:
        root (Path): The folder.
        layout (str): ``'mmaction2'`` (``videos_train/<Class>/`` and its lists),
            ``'cvdf'`` (``train/`` without folders, and CVDF's annotations) or
            ``'cvdf_classes'`` (CVDF's annotations, MMAction2's folders).
        train (int): Clips per class for training.
        val (int): Clips per class for validation.
        classes (Sequence[str]): Names of the classes.
        seconds (float): Length of a clip.
        size (int): Height and width in pixels.
        fps (float): Frames per second.
        sound (bool): Whether the clips have sound.
    """
    random = np.random.default_rng(0)
    rows = []
    for split, count in zip(SPLITS, (train, val), strict=True):
        for index in range(count):
            for label, name in enumerate(classes):
                # Ids hold dashes and underscores.
                video = f'-{split}_{label}{index:03d}'
                stem = f'{video}_{10 * index:06d}_{10 * index + 10:06d}'
                folder = root / split
                if layout != 'cvdf':
                    folder = root / f'videos_{split}' / name.replace(' ', '_')
                shape = round(seconds * fps), size, size, 3
                frames = random.integers(0, 80, shape, dtype=np.uint8)
                frames[..., label % 3] += 120
                hum = tone(seconds, frequency=300.0 * (label + 1)) if sound else None
                write_video(folder / f'{stem}.mp4', frames, fps, hum)
                rows.append((split, stem, label))
    write_lists(root, rows, layout, classes)
    return rows


def write_lists(root, rows, layout='mmaction2', classes=tuple(CLASSES)):
    """Write MMAction2's lists or CVDF's annotations of ``rows``."""
    for split in SPLITS:
        own = [row for row in rows if row[0] == split]
        if layout == 'mmaction2':
            lines = [
                f'{classes[label].replace(" ", "_")}/{stem}.mp4 {label}\n'
                for _, stem, label in own
            ]
            path = root / f'kinetics400_{split}_list_videos.txt'
            path.write_text(''.join(lines))
            continue
        path = root / 'annotations' / f'{split}.csv'
        path.parent.mkdir(exist_ok=True)
        with open(path, 'w', newline='') as file:
            writer = csv.writer(file, lineterminator='\n')
            head = ['label', 'youtube_id', 'time_start', 'time_end', 'split']
            writer.writerow([*head, 'is_cc'])
            for _, stem, label in own:
                name, start, end = stem.rsplit('_', 2)
                writer.writerow([classes[label], name, int(start), int(end), split, 0])
