"""What a media file promises and whether it keeps it."""

import math
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import av

# By how much the last packet may lie before the end that the header promises.
_TOLERANCE_SECONDS = 1.0
_BESIDE = ('.wav', '.flac')


@dataclass
class Facts:
    """What is known of one file or folder; None where it does not apply.

    Args:
        fault (str, optional): Why it cannot be used.
        pictures (bool): Whether it has pictures.
        sound (bool): Whether it has sound.
        seconds (float, optional): Length in seconds.
        frames (int, optional): Number of pictures.
        fps (float, optional): Pictures per second.
        width (int, optional): Width of the pictures in pixels.
        height (int, optional): Height of the pictures in pixels.
        sample_rate (int, optional): Rate of the sound in Hz.
    """

    fault: str | None = None
    pictures: bool = False
    sound: bool = False
    seconds: float | None = None
    frames: int | None = None
    fps: float | None = None
    width: int | None = None
    height: int | None = None
    sample_rate: int | None = None


def inspect_media(path: str) -> Facts:
    """Open a media file; decode its first picture and sound, look for its end.

    Sound may also lie in a ``.wav`` or ``.flac`` of the same name beside it, where
    :class:`LoadAudioClips` finds it.
    """
    try:
        facts = _inspect(path)
    except (OSError, ValueError, av.error.FFmpegError) as error:
        return Facts(fault=_reason(error, path))
    if not facts.sound:
        beside = sound_beside(path)
        if beside is not None:
            own = inspect_media(str(beside))
            facts.sound, facts.sample_rate = own.sound, own.sample_rate
            facts.seconds = facts.seconds or own.seconds
    return facts


def sound_beside(path: str) -> Path | None:
    """The file of sound alone beside ``path``, other than ``path`` itself."""
    for suffix in _BESIDE:
        beside = Path(path).with_suffix(suffix)
        if beside != Path(path) and beside.is_file():
            return beside
    return None


def _inspect(path: str) -> Facts:
    facts = Facts()
    with av.open(path) as container:
        pictures, sounds = container.streams.video, container.streams.audio
        if pictures:
            first = next(container.decode(pictures[0]), None)
            if first is None:
                return Facts(fault='no picture can be decoded')
            facts.pictures = True
            facts.width, facts.height = first.width, first.height
            rate = pictures[0].average_rate
            facts.fps = float(rate) if rate else None
            facts.frames = pictures[0].frames or None
        if sounds:
            # Opened again, since not every file can be rewound: an .flv without an
            # index refuses. A stream may be declared and hold nothing: that is silent.
            with av.open(path) as again:
                sound = again.decode(again.streams.audio[0])
                facts.sound = next(sound, None) is not None
            facts.sample_rate = int(sounds[0].rate) if facts.sound else None
        if not pictures and not sounds:
            return Facts(fault='neither pictures nor sound')
        promised = container.duration / av.time_base if container.duration else None
        if facts.pictures or facts.sound:
            facts.seconds = _reach(path, promised)
            if promised and facts.seconds < promised - _TOLERANCE_SECONDS:
                facts.fault = (
                    f'truncated: the header says {promised:.1f} s, the data end earlier'
                )
    if facts.frames is None and facts.fps and facts.seconds:
        facts.frames = math.floor(facts.seconds * facts.fps + 0.5)
    return facts


def _reach(path: str, promised: float | None) -> float:
    """Where the last packet ends, in seconds; packets are not decoded."""
    try:
        return _last_end(path, max((promised or 0) - 2, 0))
    except av.error.FFmpegError:
        # An .flv without an index cannot be searched; all of it is read instead.
        return _last_end(path, 0)


def _last_end(path: str, skip: float) -> float:
    """Where the last packet ends, without looking at the first ``skip`` seconds."""
    reached = 0.0
    with av.open(path) as container:
        first = (container.start_time or 0) / av.time_base
        if skip:
            container.seek(int((skip + first) * av.time_base))
        # If the file breaks off, what was reached says enough.
        with suppress(av.error.FFmpegError):
            for packet in container.demux():
                if packet.pts is not None and packet.time_base:
                    ticks = packet.pts + (packet.duration or 0)
                    reached = max(reached, float(ticks * packet.time_base) - first)
    return reached


def _reason(error: Exception, path: str) -> str:
    # FFmpeg's numbers of errors tell nobody anything.
    text = re.sub(r'^\[Errno \d+\] ', '', ' '.join(str(error).split()))
    text = text or type(error).__name__
    # The path stands in its own column.
    return text.replace(f": '{path}'", '').replace(path, 'it')[:200]
