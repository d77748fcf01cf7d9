"""Read pictures from a folder, or from wherever MMEngine's backends find them."""

import os
import re
from itertools import pairwise
from statistics import median
from string import Formatter
from typing import Any

import mmcv
import numpy as np
from mmengine.fileio import FileClient, get_file_backend


class PictureError(OSError):
    """A picture, or a folder of pictures, that cannot be used."""


def storage(backend_args: dict | None) -> Any:
    """The backend that reads files.

    Args:
        backend_args (dict, optional): ``dict(backend=...)`` and its arguments, as in
            MMEngine; names that only its older ``FileClient`` knows are found, too.
            Defaults to local files.
    """
    args = dict(backend_args or dict(backend='local'))
    try:
        return get_file_backend(backend_args=args, enable_singleton=True)
    except KeyError:
        return FileClient(**args)


def read_picture(files: Any, path: str, flag: str = 'color') -> np.ndarray:
    """Decode one picture.

    Args:
        files (object): What :func:`storage` gives.
        path (str): The picture.
        flag (str): ``'color'`` or ``'grayscale'``.

    Returns:
        ndarray: uint8, (H, W, 3) in RGB order, or (H, W).

    Raises:
        PictureError: If the file is no picture.
        FileNotFoundError: If it does not exist.
    """
    content = files.get(path)
    # OpenCV raises an error of its own about an empty file, and none about others.
    picture = mmcv.imfrombytes(content, flag, backend='cv2') if content else None
    if picture is None:
        raise PictureError(f'{path} ({len(content)} bytes) is not a picture')
    return picture if flag == 'grayscale' else mmcv.bgr2rgb(picture)


def picture_numbers(files: Any, folder: str, template: str, *axis: str) -> list[int]:
    """Numbers of the pictures of a folder that are named as in ``template``, sorted.

    Args:
        files (object): What :func:`storage` gives.
        folder (str): The folder.
        template (str): Such as ``'img_{:05}.jpg'``, the number last.
        *axis (str): What stands in the fields of ``template`` before the number.

    Raises:
        FileNotFoundError: If there is no such folder.
        PictureError: If no file of it has such a name, or one is missing in between,
            which would shift the time of all that follow.
    """
    names = _names(files, folder)
    pattern = re.compile(_pattern(template, axis))
    found = (pattern.fullmatch(name) for name in names)
    numbers = sorted({int(match[1]) for match in found if match})
    if not numbers:
        raise PictureError(
            f'{folder} holds {len(names)} files, but none is named like {template!r}; '
            'set filename_tmpl of the data set'
        )
    lost = missing_number(numbers)
    if lost is not None:
        raise PictureError(
            f'{folder}: picture {template.format(*axis, lost)} is missing; extract the '
            'pictures again'
        )
    return numbers


def missing_number(numbers: list[int]) -> int | None:
    """The first gap in sorted numbers; None without one.

    Pictures taken once a second, say, are numbered by the frames of the video: with
    steps mostly longer than 1, none is missing.
    """
    steps = [after - before for before, after in pairwise(numbers)]
    if not steps or not median(steps) == 1 < max(steps):
        return None
    return next(n + 1 for n, step in zip(numbers, steps, strict=False) if step > 1)


def _names(files: Any, folder: str) -> list[str]:
    client = getattr(files, 'client', files)
    if not hasattr(client, 'list_dir_or_file'):
        return os.listdir(folder)
    if not client.isdir(folder):
        raise FileNotFoundError(f'the folder {folder} does not exist')
    return list(client.list_dir_or_file(folder, list_dir=False))


def _pattern(template: str, axis: tuple[str, ...]) -> str:
    """A regular expression whose first group is the number."""
    fields = iter([*map(re.escape, axis), r'(\d+)'])
    return ''.join(
        re.escape(text) + (next(fields, r'\d+') if name is not None else '')
        for text, name, _, _ in Formatter().parse(template)
    )
