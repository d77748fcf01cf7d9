"""Decoded videos and sounds on disk, memory-mapped."""

import hashlib
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from mmaction.datasets.transforms import DecordInit
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform

from .transforms.opening import Frames
from .transforms.sound import SoundFile


class ClipCache:
    """Decode each file once and keep it, memory-mapped, for all workers and runs.

    A video is kept whole and uncompressed (frames x height x width x 3 bytes), so this
    is for small sets. A file that changes is decoded again.

    Args:
        root (str): Folder of the cache; made if absent.
    """

    def __init__(self, root: str) -> None:
        self.root = Path(root)
        self.root.mkdir(parents=True, exist_ok=True)
        # Open maps by path, so that a file is looked up on disk once per process.
        self._open: dict[tuple[str, tuple], tuple[np.ndarray, np.ndarray]] = {}

    def video(
        self, path: str, open_reader: Callable[[], Any], variant: tuple = ()
    ) -> 'CachedVideo':
        """All frames of a video, behind the interface of ``decord.VideoReader``.

        Args:
            path (str): A video, or a folder of frames.
            open_reader (Callable): Gives the reader that decodes it.
            variant (tuple): What else the frames depend on.
        """
        decode = partial(_decode_video, open_reader)
        return CachedVideo(*self._get(path, ('video', *variant), decode))

    def sound(self, path: str, open_sound: Callable[[], SoundFile]) -> 'CachedSound':
        """The whole sound of a file, behind the interface of :class:`SoundFile`."""
        return CachedSound(
            *self._get(path, ('sound',), partial(_decode_sound, open_sound))
        )

    def _get(
        self, path: str, kind: tuple, decode: Callable
    ) -> tuple[np.ndarray, np.ndarray]:
        if (path, kind) not in self._open:
            self._open[path, kind] = self._map(path, kind, decode)
        return self._open[path, kind]

    def _map(
        self, path: str, kind: tuple, decode: Callable
    ) -> tuple[np.ndarray, np.ndarray]:
        key = hashlib.sha1(repr((os.path.abspath(path), _stamp(path), kind)).encode())
        data, info = (
            self.root / f'{key.hexdigest()}_{part}.npy' for part in ('data', 'info')
        )
        if not (data.exists() and info.exists()):
            for file, array in zip((data, info), decode(), strict=True):
                # Renaming makes the file appear complete or not at all.
                part = file.with_suffix(f'.{os.getpid()}.part')
                with open(part, 'wb') as opened:
                    np.save(opened, array)
                os.replace(part, file)
        return np.load(data, mmap_mode='r'), np.load(info)


def _stamp(path: str) -> tuple:
    """What changes with the content of a file or folder."""
    if os.path.isdir(path):
        with os.scandir(path) as entries:
            return tuple(sorted((e.name, *_size_and_time(e.stat())) for e in entries))
    # A sound may lie beside a video that does not exist; its reader says so.
    return _size_and_time(os.stat(path)) if os.path.exists(path) else ()


def _size_and_time(stat: os.stat_result) -> tuple[int, int]:
    return stat.st_size, stat.st_mtime_ns


def _decode_video(open_reader: Callable[[], Any]) -> tuple[np.ndarray, np.ndarray]:
    reader = open_reader()
    frames = reader.get_batch(range(len(reader))).asnumpy()
    rate = reader.get_avg_fps()
    # Frames in a folder have no times if nobody knows their rate.
    times = reader.get_frame_timestamp(range(len(reader))) if rate else np.empty((0, 2))
    return frames, np.concatenate([np.full((1, 2), rate or np.nan), times])


def _decode_sound(open_sound: Callable[[], SoundFile]) -> tuple[np.ndarray, np.ndarray]:
    with open_sound() as sound:
        return sound.read(0, sound.num_samples), np.array([sound.rate])


class CachedVideo:
    """Frames in memory behind the interface of ``decord.VideoReader``."""

    def __init__(self, frames: np.ndarray, info: np.ndarray) -> None:
        self._frames, self._rate, self._times = frames, info[0, 0], info[1:]

    def __len__(self) -> int:
        """Number of frames."""
        return len(self._frames)

    def get_avg_fps(self) -> float | None:
        """Frames per second; None if not known."""
        return None if np.isnan(self._rate) else float(self._rate)

    def get_frame_timestamp(self, indices: np.ndarray) -> np.ndarray:
        """Start and end of each frame, of shape (len(indices), 2), in seconds."""
        return self._times[indices]

    def get_batch(self, indices: np.ndarray) -> Frames:
        """The frames at ``indices``."""
        return Frames(self._frames[np.asarray(indices)])


class CachedSound:
    """A sound in memory behind the interface of :class:`SoundFile`."""

    def __init__(self, samples: np.ndarray, info: np.ndarray) -> None:
        self._samples, self.rate = samples, int(info[0])
        self.num_samples = len(samples)

    def __enter__(self) -> 'CachedSound':
        """Nothing to open."""
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to close."""

    def read(self, start: int, stop: int) -> np.ndarray:
        """Samples ``start`` to ``stop``; zeros where there is no sound."""
        out = np.zeros(max(stop - start, 0), np.float32)
        first, last = max(start, 0), min(stop, self.num_samples)
        if first < last:
            out[first - start : last - start] = self._samples[first:last]
        return out


@TRANSFORMS.register_module()
class CachedDecordInit(BaseTransform):
    """``DecordInit`` on a :class:`ClipCache`; the data set puts it in its place.

    Required keys: ``filename`` and ``cache``. Added keys: ``video_reader``,
    ``total_frames``, ``avg_fps``.

    Args:
        init (Callable, optional): The ``DecordInit`` that opens what is not in the
            cache yet. Defaults to one with default settings.
    """

    def __init__(self, init: Callable[[dict], dict] | None = None) -> None:
        self.init = init or DecordInit()

    def transform(self, results: dict) -> dict:
        """Open the cached video."""
        path = results['filename']
        reader = results['cache'].video(
            path, lambda: self.init(dict(filename=path))['video_reader']
        )
        results['video_reader'] = reader
        results['total_frames'] = len(reader)
        results['avg_fps'] = reader.get_avg_fps()
        return results
