"""Read a stretch of sound from any media file, by time."""

from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import BinaryIO

import av
import numpy as np
from av.codec.codec import UnknownCodecError

# Sound decoded before and after a window, so that a codec's overlap is complete.
_MARGIN_SECONDS = 0.1
# How much earlier than its header says a sound may end. Codecs round to frames.
_TOLERANCE_SECONDS = 0.25
_BESIDE = ('.wav', '.flac')


class SoundError(OSError):
    """A file that has no sound, or whose sound cannot be decoded."""


@cache
def _sound_decoders() -> str:
    """Names of all decoders of sound, for FFmpeg's list of allowed ones."""
    names = []
    for name in av.codecs_available:
        with suppress(UnknownCodecError):  # only encodes
            if av.Codec(name, 'r').type == 'audio':
                names.append(name)
    return ','.join(names)


def open_sound(
    path: str, content: BinaryIO | None = None
) -> av.container.InputContainer:
    """Open the file that holds the sound of ``path``.

    That is ``path`` itself if it has a sound stream, else a ``.wav`` or ``.flac`` file
    of the same name beside it.

    Args:
        path (str): A local file, if ``content`` is not given.
        content (BinaryIO, optional): The file itself; none is looked for beside it.

    Raises:
        FileNotFoundError: If neither ``path`` nor such a file exists.
        SoundError: If ``path`` has no sound stream and no such file exists.
    """
    # Opening decodes the first pictures to learn what they are, which takes longer
    # than a window of sound; so FFmpeg may not use the decoders of pictures.
    options = dict(codec_whitelist=_sound_decoders())
    exists = content is not None or Path(path).is_file()
    if exists:
        container = av.open(content or path, 'r', options=options)
        if container.streams.audio:
            return container
        container.close()
    for suffix in _BESIDE if content is None else ():
        beside = Path(path).with_suffix(suffix)
        if beside.is_file():
            return av.open(str(beside), options=options)
    if not exists:
        raise FileNotFoundError(f'{path} does not exist')
    raise SoundError(f'{path} has no sound stream, and no {_BESIDE} lies beside it')


class SoundFile:
    """The sound of a media file, decoded on demand; a context manager.

    Args:
        path (str): Any file that FFmpeg reads, or a file with ``.wav`` or ``.flac``
            beside it (see :func:`open_sound`).
        content (BinaryIO, optional): The file itself, where ``path`` is not a local
            one.

    Attributes:
        rate (int): Samples per second.
        num_samples (int): Length of the sound, from time 0 of the file to its end.
    """

    def __init__(self, path: str, content: BinaryIO | None = None) -> None:
        self._container = open_sound(path, content)
        self.path = path if content else str(self._container.name)
        self._stream = self._container.streams.audio[0]
        for other in self._container.streams:
            # Packets of pictures need not be read either; older PyAV cannot say so.
            if other is not self._stream and hasattr(other, 'discard'):
                other.discard = type(other.discard).all
        self.rate = int(self._stream.rate)
        self._tick = float(self._stream.time_base or 1 / self.rate)
        self.num_samples = round(self._end_seconds() * self.rate)
        if self.num_samples <= 0:
            self._container.close()
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
        for offset, samples in self._stretches(first, last):
            reached = offset + len(samples)
            left, right = max(offset, first), min(reached, last)
            if left < right:
                piece = samples[left - offset : right - offset]
                out[left - start : right - start] = piece
        if last - reached > _TOLERANCE_SECONDS * self.rate:
            raise SoundError(
                f'the sound of {self.path} ends at {reached / self.rate:.2f} s, but '
                f'its header says {self.num_samples / self.rate:.2f} s: the file is '
                'truncated'
            )
        return out

    def _stretches(self, first: int, last: int) -> Iterator[tuple[int, np.ndarray]]:
        """Yield (index of the first sample, mono samples) without gaps inside.

        They begin at ``first`` or earlier and end at ``last`` or later, if the sound
        does.
        """
        stream = self._stream
        ticks = int((first / self.rate - _MARGIN_SECONDS) / self._tick)
        try:
            # Before 0 lies what primes a codec for the first sample.
            self._container.seek(ticks, stream=stream, backward=True)
        except av.error.PermissionError:  # .flv and .avi know no time before 0
            self._container.seek(max(ticks, 0), stream=stream, backward=True)
        # Containers round the times of frames, to milliseconds in .flv and .webm.
        slack = 1 + 1.5 * self._tick * self.rate
        frames: list[av.AudioFrame] = []
        begin = reached = 0
        for frame in self._container.decode(stream):
            offset = round((frame.pts or 0) * self._tick * self.rate)
            if frames and (
                abs(offset - reached) > slack
                or frame.layout.name != frames[-1].layout.name
            ):
                yield begin, _to_mono(frames)
                frames = []
            if not frames:
                begin = reached = offset
            frames.append(frame)
            reached += frame.samples
            if reached >= last:
                break
        if frames:
            yield begin, _to_mono(frames)


def _to_mono(frames: list[av.AudioFrame]) -> np.ndarray:
    """Samples of frames, joined, as float32 in [-1, 1], channels averaged."""
    samples = np.concatenate([frame.to_ndarray() for frame in frames], axis=1)
    if not frames[0].format.is_planar:
        samples = samples.reshape(-1, frames[0].layout.nb_channels).T
    kind = samples.dtype
    waveform: np.ndarray = samples.astype(np.float32, copy=False)
    if kind == np.uint8:
        waveform = (waveform - 128) / 128
    elif np.issubdtype(kind, np.integer):
        waveform /= 2.0 ** (8 * kind.itemsize - 1)
    return waveform.mean(axis=0, dtype=np.float32)
