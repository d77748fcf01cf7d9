"""The two layouts in which frames and flow of UCF101 are found."""

import os
from dataclasses import dataclass
from pathlib import Path

from mm_laziness.datasets.preparation import Preparation
from mm_laziness.datasets.preparation.folder_facts import fill_axis

HERE = Path(__file__).resolve().parent
CONFIG = HERE.parents[2] / 'configs/joint_r18_ucf101.py'
RAWFRAMES_CONFIG = HERE / 'rawframes.py'
RAWFRAMES_NOTE = f"""
To train on rawframes, write a config like tools/data/ucf101/rawframes.py, whose _base_
is the path from your file to any of configs/*_ucf101.py:

_base_{RAWFRAMES_CONFIG.read_text('utf-8').split('_base_', 1)[1]}"""


@dataclass(frozen=True)
class Layout:
    """Where the pictures of a clip lie.

    Args:
        folders (dict[str, str]): Folder of each source, the config's ``data_prefix``.
        templates (dict[str, str]): Names of the pictures, its ``filename_tmpl``.
        axes (tuple[str, str]): What the axes of flow are called.
        by_class (bool): Whether there is a folder per class.
        config (Path): A config for it.
        note (str): What to say at the end.
    """

    folders: dict[str, str]
    templates: dict[str, str]
    axes: tuple[str, str]
    by_class: bool
    config: Path
    note: str = ''


LAYOUTS = {
    'feichtenhofer': Layout(
        folders=dict(rgb='jpegs_256', flow='tvl1_flow/{}'),
        templates=dict(rgb='frame{:06}.jpg', flow='frame{:06}.jpg'),
        axes=('u', 'v'),
        by_class=False,
        config=CONFIG,
    ),
    'rawframes': Layout(
        folders=dict(rgb='rawframes', flow='rawframes'),
        templates=dict(rgb='img_{:05}.jpg', flow='flow_{}_{:05}.jpg'),
        axes=('x', 'y'),
        by_class=True,
        config=RAWFRAMES_CONFIG,
        note=RAWFRAMES_NOTE,
    ),
}


def find_layout(root: Path, name: str, download: str) -> Layout:
    """Return the named layout, or with ``'auto'`` the one that is there.

    Raises:
        FileNotFoundError: If none is there.
        ValueError: If both are there and neither was asked for.
    """
    folders = {key: layout.folders['rgb'] for key, layout in LAYOUTS.items()}
    there = [key for key, folder in folders.items() if (root / folder).is_dir()]
    if name != 'auto':
        if name not in there:
            raise FileNotFoundError(
                f'{root / folders[name]} does not exist; {download}'
            )
        return LAYOUTS[name]
    if not there:
        expected = ' nor '.join(str(root / folder) for folder in folders.values())
        raise FileNotFoundError(f'neither {expected} exists; {download}')
    if len(there) > 1:
        raise ValueError(f'{root} holds both layouts; choose one by --layout {there}')
    return LAYOUTS[there[0]]


class Spelling:
    """Find folders whatever case their names are in.

    The lists say ``v_HandStandPushups_g01_c01`` where folders are called
    ``HandstandPushups``, after the class.

    Args:
        folder (Path): Where to look.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._names: dict[str, dict[str, str]] = {}

    def __call__(self, path: str) -> str:
        """Return ``path``, with ``/`` between its parts, as it is spelt on disk."""
        found = ''
        for part in path.split('/'):
            if found not in self._names:
                here = self.folder / found
                names = os.listdir(here) if here.is_dir() else []
                self._names[found] = {name.lower(): name for name in names}
            name = self._names[found].get(part.lower(), part)
            found = f'{found}/{name}' if found else name
        return found


def unequal_flow(preparation: Preparation) -> list[str]:
    """Videos with more pictures of one axis of flow than of the other."""
    template = preparation.templates['flow']
    counts: dict[str, list[int]] = {}
    for clip in (clip for clips in preparation.splits.values() for clip in clips):
        path = os.path.join(preparation.root, preparation.path('flow', clip))
        if path not in counts:
            counts[path] = []
            for axis in preparation.axes:
                folder, name = fill_axis(path, template, axis)
                start = name.split('{')[0]
                there = os.listdir(folder) if os.path.isdir(folder) else []
                counts[path].append(sum(entry.startswith(start) for entry in there))
    return [
        f'{os.path.basename(path)} ({first} and {second})'
        for path, (first, second) in counts.items()
        if first != second
    ]
