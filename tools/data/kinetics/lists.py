"""Kinetics-400 as MMAction2 lists it."""

from pathlib import Path
from typing import Any

from mm_laziness.datasets.annotations import read_annotations
from mm_laziness.datasets.preparation import Clip, Preparation

SPLITS = ('train', 'val')
FILES = {split: f'kinetics400_{split}_list_videos.txt' for split in SPLITS}
VIDEOS = {split: f'videos_{split}' for split in SPLITS}
CONFIG = Path(__file__).resolve().parents[3] / 'configs/joint_r50_kinetics.py'
DOWNLOAD = (
    "Get the videos and annotations from CVDF, or MMAction2's copy; see "
    'tools/data/kinetics/README.md'
)
# MMAction2's copy.
PUBLISHED = {'classes': 400, 'train': 240436, 'val': 19796}


def make_preparation(
    root: str, classes: list[str], splits: dict[str, list[Clip]], **kwargs: Any
) -> Preparation:
    """What both kinds of lists have in common; paths begin with MMAction2's folders."""
    return Preparation(
        name='Kinetics-400',
        root=root,
        classes=classes,
        splits=splits,
        folders={'rgb': '', 'audio': ''},
        kinds={'rgb': 'video', 'audio': 'sound'},
        published=PUBLISHED,
        config=str(CONFIG),
        clock='rgb',
        files=FILES,
        omit=VIDEOS,
        download=DOWNLOAD,
        **kwargs,
    )


def make_clip(path: str, label: int) -> Clip:
    """A clip whose sound is in the same file."""
    return Clip(label, {'rgb': path, 'audio': path})


def read_lists(root: str) -> Preparation:
    """Read ``kinetics400_{train,val}_list_videos.txt``, lines ``Class/x.mp4 label``.

    A class has the name of its folder. One of the lists suffices.

    Raises:
        FileNotFoundError: If there is no list.
        ValueError: If a line cannot be read, or has a label of no class.
    """
    there = {s: Path(root, f) for s, f in FILES.items() if Path(root, f).is_file()}
    if not there:
        raise FileNotFoundError(
            f'neither {" nor ".join(FILES.values())} is under {root}. {DOWNLOAD}'
        )
    splits: dict[str, list[Clip]] = {}
    folders: dict[int, set[str]] = {}
    for split, file in there.items():
        splits[split] = []
        for row in read_annotations(str(file)):
            path, label = row['sources'], row['label']
            if label >= PUBLISHED['classes']:
                raise ValueError(
                    f'{file}: {path} has label {label}, but Kinetics-400 has 0 to '
                    f'{PUBLISHED["classes"] - 1}'
                )
            splits[split].append(make_clip(f'{VIDEOS[split]}/{path}', label))
            names = folders.setdefault(label, set())
            names.update({path.split('/')[0]} if '/' in path else ())
    classes = [
        min(folders.get(label) or {f'class {label}'})
        for label in range(max(folders) + 1)
    ]
    notes = [
        f'label {label} has videos of several folders: {", ".join(sorted(names))}'
        for label, names in folders.items()
        if len(names) > 1
    ]
    return make_preparation(root, classes, splits, lists_are_given=True, notes=notes)
