"""What a data set inserts into its pipeline, and checks before the first sample."""

import os.path as osp
from typing import Any

from mmaction.datasets.transforms import (
    DecordInit,
    OpenCVInit,
    PIMSInit,
    PyAVInit,
    SampleFrames,
    UniformSample,
)

from .clip_cache import CachedDecordInit
from .transforms import OpenFrames, PerModality, SampleFramesPerSecond, TrimToSegment

_SAMPLERS = (SampleFrames, UniformSample, SampleFramesPerSecond)
_READERS = (DecordInit, PyAVInit, OpenCVInit, PIMSInit)


def branches_of(steps: list) -> dict[str, list]:
    """The branches of the pipeline's only :class:`PerModality`.

    Raises:
        ValueError: If it has none or several.
    """
    branching = [step for step in steps if isinstance(step, PerModality)]
    if len(branching) != 1:
        raise ValueError(
            'the pipeline of MultiModalDataset needs one PerModality transform, but '
            f'has {len(branching)}'
        )
    return branching[0].branches


def trim_to_segments(steps: list, ann_file: str) -> None:
    """Restrict the frame sampler to the annotation's ``start`` and ``end``.

    Raises:
        ValueError: If nothing in the pipeline can be restricted.
    """
    samplers = [isinstance(step, _SAMPLERS) for step in steps]
    if True in samplers:
        steps.insert(samplers.index(True), TrimToSegment())
    elif not any(
        getattr(step, 'reads_segment', False)
        for branch in branches_of(steps).values()
        for step in branch
    ):
        raise ValueError(
            f'{ann_file} gives start or end, but the pipeline samples no frames that '
            'they could restrict; put SampleFrames before PerModality'
        )


def use_cache(steps: list) -> None:
    """Let ``DecordInit`` read what the cache keeps; ``OpenFrames`` does so itself."""
    for sequence in (steps, *branches_of(steps).values()):
        sequence[:] = [
            CachedDecordInit(step)
            if isinstance(step, DecordInit) and not isinstance(step, OpenFrames)
            else step
            for step in sequence
        ]


def opens_clock(steps: list) -> bool:
    """Whether the clock's file is opened, whatever modalities are loaded."""
    return any(isinstance(step, _READERS) for step in steps)


def check_folders(steps: list, folders: dict[str, str]) -> None:
    """Refuse a folder that does not exist once, rather than for each of its files.

    Folders in storage that is not local are left alone.

    Args:
        steps (list): The pipeline.
        folders (dict[str, str]): The folder of each source that is read; ``{}`` in it
            stands for the axis of flow.

    Raises:
        FileNotFoundError: If one does not exist.
    """
    everything = sum(branches_of(steps).values(), steps[:])
    if not all(_is_local(step) for step in everything):
        return
    for name, folder in folders.items():
        path, braces, _ = folder.partition('{')
        path = osp.dirname(path) if braces else path
        if '://' not in path and not osp.isdir(path or '.'):
            raise FileNotFoundError(
                f'the folder {path} of {name!r} does not exist; set data_root and '
                f'data_prefix[{name!r}] of the data set'
            )


def _is_local(step: Any) -> bool:
    """Whether a transform reads ordinary files, if any."""
    args = getattr(step, 'backend_args', None) or {}
    backend = args.get('backend') or getattr(step, 'io_backend', 'disk')
    return backend in ('disk', 'local')
