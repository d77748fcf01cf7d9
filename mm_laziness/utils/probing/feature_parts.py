"""Features of many samples in parts, so that an extraction can go on where it was."""

import errno
import hashlib
import io
import logging
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import torch
from mmengine.dist import all_gather_object, barrier
from mmengine.logging import print_log

from ...engine.runner.atomic_files import put_in_place, temporary_name

_FULL = (errno.ENOSPC, errno.EDQUOT)
_MIB = 2**20
_DIGEST = 32  # bytes of the checksum before a part


class MemoryParts:
    """Parts that last as long as the process.

    A part is a dict of ``feats`` (dict of (N, C_m)) and ``labels`` (N,).
    """

    def __init__(self) -> None:
        self._parts: dict[int, dict] = {}

    def load(self, index: int, rows: int) -> dict | None:
        """Part ``index``, if it is there and complete.

        Args:
            index (int): Number of the part.
            rows (int): N that it must have.
        """
        return self._parts.get(index)

    def save(self, index: int, part: dict, left: int = 1) -> None:
        """Keep part ``index``; ``left`` parts, with this one, are to come."""
        self._parts[index] = part

    def share(self) -> None:
        """Give all processes the parts of all; each of them has to call this."""
        everyone: list[Any] = all_gather_object(self._parts)
        self._parts = {k: v for parts in everyone for k, v in parts.items()}

    def remove(self) -> None:
        """Forget the parts."""
        self._parts = {}


class DiskParts(MemoryParts):
    """Parts as files of a folder that all processes see.

    Each file begins with a checksum, and is complete or not there: a killed process
    leaves no half of one, and a damaged one counts as missing.

    Args:
        folder (Path): Created with the first part.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = Path(folder)

    def load(self, index: int, rows: int) -> dict | None:
        """Part ``index``, if its file is there and undamaged."""
        path = self._path(index)
        if not path.exists():
            return None
        part = _unpack(path.read_bytes())
        if part is None or not _has_rows(part, rows):
            print_log(
                f'{path} is damaged; it is made again',
                logger='current',
                level=logging.WARNING,
            )
            return None
        return part

    def save(self, index: int, part: dict, left: int = 1) -> None:
        """Write part ``index``.

        Raises:
            OSError: If the disk is full; what was written before stays usable.
        """
        data = _pack(part)
        self.folder.mkdir(parents=True, exist_ok=True)
        write_bytes(self._path(index), data, needed=left * len(data))

    def share(self) -> None:
        """Wait until all processes have written theirs."""
        barrier()

    def remove(self) -> None:
        """Delete the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _path(self, index: int) -> Path:
        return self.folder / f'part_{index:06}.pt'


def write_bytes(
    path: Path, data: bytes | memoryview, needed: int | None = None
) -> None:
    """Write a file that is complete or not there.

    Args:
        path (Path): Of the file.
        data (bytes | memoryview): Its content.
        needed (int, optional): Bytes that are still to be written with this file.

    Raises:
        OSError: If the disk is full, with what to do about it.
    """
    # Another process may be writing the same file.
    own = f'{path.name}.{uuid4().hex[:8]}'
    temporary = path.with_name(temporary_name(own))
    try:
        with open(temporary, 'wb') as file:
            file.write(data)
        put_in_place(temporary, path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        if error.errno not in _FULL:
            raise
        free = shutil.disk_usage(path.parent).free
        needed = len(data) if needed is None else needed
        raise OSError(
            error.errno,
            f'the disk of {path.parent} is full: the features still need '
            f'{needed / _MIB:.1f} MiB, {free / _MIB:.1f} MiB are free. Make room, or '
            'keep them on another disk (--cache of tools/probe_encoders.py, --work-dir '
            'of others); the same command then goes on where it stopped',
        ) from error


def save_features(path: Path, features: dict) -> None:
    """Write features and what belongs to them as one file, complete or not there.

    Raises:
        OSError: If the disk is full.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    torch.save(features, buffer)
    # Of several GiB, perhaps, which are not copied.
    write_bytes(path, buffer.getbuffer())


def _pack(part: dict) -> bytes:
    buffer = io.BytesIO()
    torch.save(part, buffer)
    data = buffer.getvalue()
    return hashlib.sha256(data).digest() + data


def _unpack(data: bytes) -> dict | None:
    payload = data[_DIGEST:]
    if hashlib.sha256(payload).digest() != data[:_DIGEST]:
        return None
    return torch.load(io.BytesIO(payload), weights_only=True)


def _has_rows(part: Mapping, rows: int) -> bool:
    tensors = [part['labels'], *part['feats'].values()]
    return all(len(tensor) == rows for tensor in tensors)
