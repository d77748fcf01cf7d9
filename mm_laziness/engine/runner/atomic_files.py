"""Files that are complete or not there, whenever a run is killed."""

import os
import shutil
from pathlib import Path


def temporary_name(name: str) -> str:
    """Name under which a file is written before it takes its own."""
    return f'.{name}.saving'


def remove_temporaries(folder: str | Path) -> None:
    """Remove what a killed run left half written in ``folder``."""
    for path in Path(folder).glob(temporary_name('*')):
        path.unlink(missing_ok=True)


def put_in_place(temporary: str | Path, path: str | Path) -> None:
    """Rename ``temporary``, once it is safely on the disk."""
    with open(temporary, 'rb') as file:
        os.fsync(file.fileno())
    os.replace(temporary, path)


def write_text(path: str | Path, text: str) -> None:
    """Write ``text``; the old content stays until the new one is complete."""
    path = Path(path)
    temporary = path.with_name(temporary_name(path.name))
    temporary.write_text(text)
    put_in_place(temporary, path)


def link_or_copy(source: str | Path, path: str | Path) -> None:
    """Give ``source`` a second name that outlives the first, hard link or copy."""
    path = Path(path)
    temporary = path.with_name(temporary_name(path.name))
    temporary.unlink(missing_ok=True)
    try:
        os.link(source, temporary)
    except OSError:  # a file system without hard links
        shutil.copyfile(source, temporary)
    put_in_place(temporary, path)
