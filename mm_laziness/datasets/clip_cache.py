"""Decoded videos and sounds on disk, memory-mapped."""

import hashlib
import os
from pathlib import Path

import numpy as np
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform

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
        self._open: dict[tuple[str, str], tuple[np.ndarray, np.ndarray]] = {}

    def video(self, path: str) -> 'CachedVideo':
        """All frames of a video, behind the interface of ``decord.VideoReader``."""
        return CachedVideo(*self._get(path, 'video', _decode_video))

    def sound(self, path: str) -> 'CachedSound':
        """The whole sound of a file, behind the interface of :class:`SoundFile`."""
        return CachedSound(*self._get(path, 'sound', _decode_sound))

    def _get(self, path: str, kind: str, decode) -> tuple[np.ndarray, np.ndarray]:
        if (path, kind) not in self._open:
            self._open[path, kind] = self._map(path, kind, decode)
        return self._open[path, kind]

    def _map(self, path: str, kind: str, decode) -> tuple[np.ndarray, np.ndarray]:
        # A sound may lie beside a video that does not exist; its reader says so.
        stat = os.stat(path) if os.path.exists(path) else None
        stamp = (stat.st_size, stat.st_mtime_ns) if stat else ()
        key = hashlib.sha1(repr((os.path.abspath(path), stamp, kind)).encode())
        data, info = (
            self.root / f'{key.hexdigest()}_{part}.npy' for part in ('data', 'info')
        )
        if not (data.exists() and info.exists()):
            for file, array in zip((data, info), decode(path), strict=True):
                # Renaming makes the file appear complete or not at all.
                part = file.with_suffix(f'.{os.getpid()}.part')
                with open(part, 'wb') as opened:
                    np.save(opened, array)
                os.replace(part, file)
        return np.load(data, mmap_mode='r'), np.load(info)


def _decode_video(path: str) -> tuple[np.ndarray, np.ndarray]:
    import decord

    with open(path, 'rb') as file:
        reader = decord.VideoReader(file, num_threads=1)
    frames = reader.get_batch(range(len(reader))).asnumpy()
    times = reader.get_frame_timestamp(range(len(reader)))
    rate = np.full((1, 2), reader.get_avg_fps())
    return frames, np.concatenate([rate, times])


def _decode_sound(path: str) -> tuple[np.ndarray, np.ndarray]:
    with SoundFile(path) as sound:
        return sound.read(0, sound.num_samples), np.array([sound.rate])


class CachedVideo:
    """Frames in memory behind the interface of ``decord.VideoReader``."""

    def __init__(self, frames: np.ndarray, info: np.ndarray) -> None:
        self._frames, self._rate, self._times = frames, info[0, 0], info[1:]

    def __len__(self) -> int:
        """Number of frames."""
        return len(self._frames)

    def get_avg_fps(self) -> float:
        """Frames per second."""
        return float(self._rate)

    def get_frame_timestamp(self, indices: np.ndarray) -> np.ndarray:
        """Start and end of each frame, of shape (len(indices), 2), in seconds."""
        return self._times[indices]

    def get_batch(self, indices: np.ndarray) -> '_Frames':
        """The frames at ``indices``."""
        return _Frames(self._frames[np.asarray(indices)])


class _Frames:
    def __init__(self, frames: np.ndarray) -> None:
        self._frames = frames

    def asnumpy(self) -> np.ndarray:
        return self._frames


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
    """

    def transform(self, results: dict) -> dict:
        """Open the cached video."""
        reader = results['cache'].video(results['filename'])
        results['video_reader'] = reader
        results['total_frames'] = len(reader)
        results['avg_fps'] = reader.get_avg_fps()
        return results
