"""Read a stretch of sound from any media file, by time."""

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np

# Sound decoded before and after a window, so that a codec's overlap is complete.
_MARGIN_SECONDS = 0.1
# How much earlier than its header says a sound may end. Codecs round to frames.
_TOLERANCE_SECONDS = 0.25


class SoundError(OSError):
    """A file that has no sound, or whose sound cannot be decoded."""


def find_sound_file(path: str, suffixes: tuple[str, ...] = ('.wav', '.flac')) -> str:
    """The file that holds the sound of ``path``.

    That is ``path`` itself if it has a sound stream, else a file of the same name
    with one of ``suffixes`` beside it.

    Raises:
        FileNotFoundError: If neither ``path`` nor such a file exists.
        SoundError: If ``path`` has no sound stream and no such file exists.
    """
    exists = Path(path).is_file()
    if exists:
        with av.open(path) as container:
            if container.streams.audio:
                return path
    for suffix in suffixes:
        beside = Path(path).with_suffix(suffix)
        if beside.is_file():
            return str(beside)
    if not exists:
        raise FileNotFoundError(f'{path} does not exist')
    raise SoundError(f'{path} has no sound stream, and no {suffixes} lies beside it')


class SoundFile:
    """The sound of a media file, decoded on demand; a context manager.

    Args:
        path (str): Any file that FFmpeg reads, or a file with ``.wav`` or ``.flac``
            beside it (see :func:`find_sound_file`).

    Attributes:
        rate (int): Samples per second.
        num_samples (int): Length of the sound, from time 0 of the file to its end.
    """

    def __init__(self, path: str) -> None:
        self.path = find_sound_file(path)
        self._container = av.open(self.path)
        self._stream = self._container.streams.audio[0]
        self.rate = int(self._stream.rate)
        self._tick = float(self._stream.time_base or 1 / self.rate)
        self.num_samples = round(self._end_seconds() * self.rate)
        if self.num_samples <= 0:
            raise SoundError(f'the sound of {self.path} is empty')

    def __enter__(self) -> 'SoundFile':
        """Use the open file."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self._container.close()

    def _end_seconds(self) -> float:
        stream = self._stream
        if stream.duration is not None:
            return (stream.duration + (stream.start_time or 0)) * self._tick
        if self._container.duration is not None:
            return self._container.duration / av.time_base
        last = 0.0
        for frame in self._container.decode(stream):
            last = (frame.time or 0.0) + frame.samples / self.rate
        return last

    def read(self, start: int, stop: int) -> np.ndarray:
        """Decode samples ``start`` to ``stop``, mono, as float32.

        Times without sound (before 0, after the end) are zeros.

        Raises:
            SoundError: If sound that the file's header promises is not there.
        """
        out = np.zeros(max(stop - start, 0), np.float32)
        first, last = max(start, 0), min(stop, self.num_samples)
        if first >= last:
            return out
        reached = 0
        for offset, samples in self._frames(first):
            reached = offset + len(samples)
            left, right = max(offset, first), min(reached, last)
            if left < right:
                piece = samples[left - offset : right - offset]
                out[left - start : right - start] = piece
            if reached >= last:
                break
        if last - reached > _TOLERANCE_SECONDS * self.rate:
            raise SoundError(
                f'the sound of {self.path} ends at {reached / self.rate:.2f} s, but '
                f'its header says {self.num_samples / self.rate:.2f} s: the file is '
                'truncated'
            )
        return out

    def _frames(self, first: int) -> Iterator[tuple[int, np.ndarray]]:
        """Yield (index of the first sample, mono samples) from ``first`` or earlier."""
        stream = self._stream
        seconds = max(first / self.rate - _MARGIN_SECONDS, 0.0)
        ticks = int(seconds / self._tick)
        self._container.seek(ticks, stream=stream, backward=True)
        for frame in self._container.decode(stream):
            offset = round((frame.pts or 0) * self._tick * self.rate)
            yield offset, _to_mono(frame)


def _to_mono(frame: av.AudioFrame) -> np.ndarray:
    """Samples of a frame as float32 in [-1, 1], channels averaged."""
    samples = frame.to_ndarray()
    if not frame.format.is_planar:
        samples = samples.reshape(-1, frame.layout.nb_channels).T
    kind = samples.dtype
    waveform: np.ndarray = samples.astype(np.float32)
    if kind == np.uint8:
        waveform = (waveform - 128) / 128
    elif np.issubdtype(kind, np.integer):
        waveform /= 2.0 ** (8 * kind.itemsize - 1)
    return waveform.mean(axis=0, dtype=np.float32)
