"""The folder of one variant: what it promises, what it lacks, its lists."""

import json
import os
from pathlib import Path

from plan import SPLITS, VARIANTS, Clip

META = 'meta.json'


class FolderError(RuntimeError):
    """The folder holds something else than what is to be made."""


def clips_to_make(
    folder: Path, meta: dict, clips: list[Clip], overwrite: bool
) -> list[Clip]:
    """Return the clips that a folder lacks, changing nothing.

    Args:
        folder: ``<out>/<variant>``.
        meta: What would be recorded. Its ``parameters`` must agree with the record
            of an existing folder; its ``versions`` too where clips are missing,
            since other encoders would not make the same files.
        clips: All clips of the set.
        overwrite: Make all clips, whatever the folder's record says.

    Raises:
        FolderError: If the folder holds another set, or files of someone else.
    """
    recorded = _read_meta(folder)
    if not recorded and folder.exists() and any(folder.iterdir()):
        raise FolderError(
            f'{folder} is not empty and has no {META}, so it was not made by this '
            'tool: choose another --out'
        )
    if overwrite or not recorded:
        return clips
    # A clip has its name only when it is complete.
    missing = [clip for clip in clips if not (folder / clip.path).is_file()]
    for key in ('parameters', 'versions') if missing else ('parameters',):
        if recorded.get(key) != meta[key]:
            raise FolderError(
                f'{folder} holds clips made with other {key} '
                f'({_difference(recorded.get(key, {}), meta[key])}): '
                'choose another --out, or pass --overwrite to delete them'
            )
    return missing


def prepare_folder(folder: Path, meta: dict, overwrite: bool) -> None:
    """Make the folder and its record; with ``overwrite``, delete old clips."""
    folder.mkdir(parents=True, exist_ok=True)
    if overwrite:
        for split in SPLITS:
            (folder / f'{split}.txt').unlink(missing_ok=True)
            for clip in (folder / split).glob('*.mp4'):
                clip.unlink()
    # The new record comes after the last old clip has gone: a run killed in
    # between must not take old clips for new ones.
    if overwrite or not _read_meta(folder):
        write_text(folder / META, json.dumps(meta, indent=2) + '\n')
    for split in SPLITS:
        (folder / split).mkdir(exist_ok=True)


def write_lists(folder: Path, variant: str, clips: list[Clip]) -> None:
    """Write ``train.txt``, ``test.txt`` and ``classes.txt``."""
    for split in SPLITS:
        lines = [f'{clip.path} {clip.label}\n' for clip in clips if clip.split == split]
        write_text(folder / f'{split}.txt', ''.join(lines))
    names = [f'{name}\n' for name in VARIANTS[variant].classes]
    write_text(folder / 'classes.txt', ''.join(names))


def write_text(path: Path, text: str) -> None:
    """Write a file that has its name only when it is complete."""
    temporary = path.with_name(f'{path.name}.part')
    temporary.write_text(text)
    os.replace(temporary, path)


def _read_meta(folder: Path) -> dict:
    path = folder / META
    try:
        return json.loads(path.read_text()) if path.exists() else {}
    except ValueError as error:
        raise FolderError(
            f'{path} cannot be read ({error}): delete {folder} or choose another --out'
        ) from error


def _difference(old: dict, new: dict) -> str:
    return ', '.join(
        f'{key}: {old.get(key)} there, {new.get(key)} now'
        for key in sorted(old.keys() | new.keys())
        if old.get(key) != new.get(key)
    )
