"""What a data set consists of, before any file has been looked at."""

import os.path as osp
from collections.abc import Mapping
from dataclasses import dataclass, field

# What a source's path leads to; see :class:`Preparation`.
KINDS = ('video', 'sound', 'video+sound', 'frames', 'flow', 'image')


@dataclass
class Clip:
    """One row of an annotation file.

    Args:
        label (int): Index of the class, from 0.
        sources (dict[str, str]): A path per source, under that source's folder, with
            ``/`` between its parts.
        start (float, optional): Where the clip begins in its files, in seconds.
        end (float, optional): Where it ends, in seconds.
        total_frames (int, optional): Number of extracted frames. Counted on disk
            where a source has the kind ``'frames'`` or ``'flow'``.
    """

    label: int
    sources: dict[str, str]
    start: float | None = None
    end: float | None = None
    total_frames: int | None = None


@dataclass
class Preparation:
    """A data set as its published lists name it.

    Args:
        name (str): Name of the data set, for people.
        root (str): Its folder, the config's ``data_root``.
        classes (list[str]): Names of the classes, in the order of the labels.
        splits (dict[str, list[Clip]]): Clips by split. Splits named ``train<x>``,
            ``val<x>`` and ``test<x>`` belong together.
        folders (dict[str, str]): The folder of each source under ``root``, the
            config's ``data_prefix``. Its order is that of the columns.
        kinds (dict[str, str]): What the path of each source leads to: ``'video'``;
            ``'sound'`` (any media file that has it, or a ``.wav`` or ``.flac`` of
            that name beside it); ``'video+sound'`` in one file; ``'frames'`` (a
            folder of pictures); ``'flow'`` (folders of pictures of two axes, as
            :class:`LoadFlowStack` reads them); ``'image'``.
        published (dict[str, int]): Published number of clips per split; the key
            ``'classes'`` stands for the number of classes.
        config (str): A config that trains on the data set. Its pipeline loads one
            sample.
        clock (str): The source whose frames are sampled.
        templates (dict[str, str]): Names of the pictures of sources of the kinds
            ``'frames'`` and ``'flow'``, as the config's ``filename_tmpl``.
        axes (tuple[str, str]): Names of the axes of flow.
        files (dict[str, str]): The annotation file of a split under ``root``: a
            ``.csv`` or an MMAction2 list ``.txt``, which is for data sets whose
            sources are all one file. Defaults to ``annotations/<split>.csv``.
        omit (dict[str, str]): Of a split, the folder that its annotation file leaves
            out of all paths, since the config's ``data_prefix`` has it.
        lists_are_given (bool): Whether ``files`` exist, are not ours and stay as they
            are: all their rows count as kept.
        notes (list[str]): Warnings about the published lists, for the summary.
        download (str): What to get, and where, if nothing is found.

    Raises:
        ValueError: If the parts do not agree.
    """

    name: str
    root: str
    classes: list[str]
    splits: dict[str, list[Clip]]
    folders: dict[str, str]
    kinds: dict[str, str]
    published: dict[str, int]
    config: str
    clock: str
    templates: dict[str, str] = field(default_factory=dict)
    axes: tuple[str, str] = ('x', 'y')
    files: dict[str, str] = field(default_factory=dict)
    omit: dict[str, str] = field(default_factory=dict)
    lists_are_given: bool = False
    notes: list[str] = field(default_factory=list)
    download: str = ''

    def __post_init__(self) -> None:
        """Check that all clips can be looked up."""
        names = list(self.folders)
        if list(self.kinds) != names or self.clock not in names:
            raise ValueError(
                f'kinds {list(self.kinds)} and clock {self.clock!r} must name the '
                f'sources of folders, {names}'
            )
        unknown = {kind for kind in self.kinds.values() if kind not in KINDS}
        if unknown:
            raise ValueError(f'kinds must be of {KINDS}, but got {sorted(unknown)}')
        for name, kind in self.kinds.items():
            if kind in ('frames', 'flow') and name not in self.templates:
                raise ValueError(
                    f'templates must say how the pictures of {name!r} are named, for '
                    "example 'frame{:06}.jpg'"
                )
        for split, clips in self.splits.items():
            for number, clip in enumerate(clips, 1):
                if set(clip.sources) != set(names):
                    raise ValueError(
                        f'{split}, clip {number}: sources are {list(clip.sources)}, '
                        f'but folders has {names}'
                    )
                if not 0 <= clip.label < len(self.classes):
                    raise ValueError(
                        f'{split}, clip {number} ({clip.sources[self.clock]}): label '
                        f'{clip.label} is not one of {len(self.classes)} classes'
                    )

    def path(self, source: str, clip: Clip) -> str:
        """Path of a clip's source, relative to ``root``.

        Of flow the name of the axis is still to be filled in, if the path has one.
        """
        return osp.join(self.folders[source], clip.sources[source])

    def file(self, split: str) -> str:
        """The annotation file of a split, relative to ``root``."""
        return self.files.get(split, f'annotations/{split}.csv')


def partner(split: str, role: str, splits: Mapping[str, object]) -> str | None:
    """The split with which ``split``, a training split, shares its suffix.

    ``train_split1`` has the partner ``test_split1`` in the role ``'test'``.
    """
    name = role + split.removeprefix('train')
    return name if split.startswith('train') and name in splits else None
