"""Copies of a video, and pictures of it, with a panel drawn beside its frames."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av
import numpy as np
from matplotlib.image import imsave
from tqdm import tqdm

from ..engine.runner.atomic_files import put_in_place, temporary_name
from .prediction_picture import beside

PICTURES = ('.png', '.jpg', '.jpeg')
CONTAINERS = {'.mp4': 'mp4', '.mov': 'mov', '.mkv': 'matroska'}
# What players expect inside these containers; other sound is encoded anew.
_COPIED = ('aac', 'mp3', 'ac3', 'eac3', 'alac')
_LARGEST, _PICTURE = 1080, 720

DrawPanel = Callable[[int], np.ndarray]


def check_output(path: str | Path) -> None:
    """Refuse what could not be written, before anything is computed.

    Raises:
        ValueError: If the suffix is none of those that are known.
        FileNotFoundError: If the folder does not exist.
    """
    path = Path(path)
    if path.suffix.lower() not in (*PICTURES, *CONTAINERS):
        raise ValueError(
            f'{path} must end in one of {", ".join(PICTURES)} for a picture or in one '
            f'of {", ".join(CONTAINERS)} for a copy of the video'
        )
    if not path.parent.is_dir():
        raise FileNotFoundError(f'the folder {path.parent} does not exist; make it')


def write_picture(
    video: str | Path, out: str | Path, draw_panel: DrawPanel, smallest: int = 480
) -> None:
    """Write the frame in the middle of a video, and a panel beside it.

    Args:
        video (str or Path): The video.
        out (str or Path): A ``.png`` or ``.jpg`` file.
        draw_panel (Callable): Gives the panel, RGB (height, W', 3), for a height.
        smallest (int): Height in pixels that the panel needs.
    """
    height = max(_PICTURE, smallest)
    with av.open(str(video)) as source:
        frame = _middle_frame(source)
    joined = beside(_resized(frame, height), draw_panel(height))
    with _complete(out) as temporary:
        kind = Path(out).suffix[1:].lower()
        imsave(temporary, joined, format=kind)


def write_video(
    video: str | Path, out: str | Path, draw_panel: DrawPanel, smallest: int = 480
) -> None:
    """Write a copy of a video with a panel beside each frame, and with its sound.

    Frames are decoded and encoded one at a time, at the times that they have.

    Args:
        video (str or Path): The video.
        out (str or Path): An ``.mp4``, ``.mov`` or ``.mkv`` file, not the video itself.
        draw_panel (Callable): Gives the panel, RGB (height, W', 3), for a height.
        smallest (int): Height in pixels that the panel needs; smaller videos are
            enlarged to it, very large ones reduced.

    Raises:
        ValueError: If ``out`` is the video, or no frame of it can be decoded.
    """
    if Path(out).exists() and Path(out).samefile(video):
        raise ValueError(f'{out} is the video itself; write to another file')
    with _complete(out) as temporary, av.open(str(video)) as source:
        kind = CONTAINERS[Path(out).suffix.lower()]
        with av.open(str(temporary), 'w', format=kind) as target:
            _copy(source, target, draw_panel, smallest)


def _copy(source: Any, target: Any, draw_panel: DrawPanel, smallest: int) -> None:
    pictures = source.streams.video[0]
    pictures.thread_type = 'AUTO'
    height = max(min(pictures.codec_context.height, _LARGEST), smallest) // 2 * 2
    panel = draw_panel(height)
    # A file's header lists all its streams, so that the size must be known before.
    first = beside(_resized(_first_frame(source), height), panel)
    encoder = _add_pictures(target, pictures, first.shape)
    sound = _Sound(source.streams.audio[0], target) if source.streams.audio else None
    streams = [pictures, *([sound.source] if sound else [])]
    with tqdm(total=pictures.frames or None, desc='drawing', unit='frame') as bar:
        for packet in source.demux(streams):
            if sound and packet.stream is sound.source:
                sound.take(packet)
                continue
            for frame in packet.decode():
                picture = beside(_resized(frame, height), panel)
                drawn = av.VideoFrame.from_ndarray(picture, 'rgb24')
                drawn.pts, drawn.time_base = frame.pts, frame.time_base
                target.mux(encoder.encode(drawn))
                bar.update()
    target.mux(encoder.encode())
    if sound:
        sound.finish()


def _first_frame(source: Any) -> Any:
    frame = next(source.decode(video=0), None)
    if frame is None:
        raise ValueError(f'no frame of {source.name} can be decoded')
    source.seek(0)
    return frame


def _add_pictures(target: Any, source: Any, shape: tuple[int, ...]) -> Any:
    codec = 'libx264' if 'libx264' in av.codecs_available else 'mpeg4'
    stream = target.add_stream(codec, rate=source.average_rate or 25)
    stream.height, stream.width = shape[:2]
    stream.pix_fmt = 'yuv420p'
    stream.codec_context.time_base = source.time_base
    return stream


class _Sound:
    """Hands the sound of one file on to another, as it is or encoded anew."""

    def __init__(self, source: Any, target: Any) -> None:
        self.source, self.target = source, target
        # Of the format: that of the decoder may be another, such as mp3float.
        self.copied = source.codec_context.codec.canonical_name in _COPIED
        if self.copied:
            self.stream = target.add_stream_from_template(source)
        else:
            # Files may name no layout, or a rate that AAC does not know.
            known = av.Codec('aac', 'w').audio_rates or ()
            self.stream = target.add_stream(
                'aac',
                rate=source.rate if source.rate in known else 48000,
                layout='mono' if source.channels == 1 else 'stereo',
            )

    def take(self, packet: Any) -> None:
        if not self.copied:
            for frame in packet.decode():
                self.target.mux(self.stream.encode(frame))
        elif packet.dts is not None:  # the empty packet at the end has none
            packet.stream = self.stream
            self.target.mux(packet)

    def finish(self) -> None:
        if not self.copied:
            self.target.mux(self.stream.encode())


def _middle_frame(source: Any) -> Any:
    """The frame in the middle, or the last one before it."""
    first = frame = _first_frame(source)
    middle = (source.start_time or 0) + (source.duration or 0) // 2
    source.seek(middle)
    for frame in source.decode(video=0):
        if frame.time is None or frame.time * av.time_base >= middle:
            break
    return frame or first


def _resized(frame: Any, height: int) -> np.ndarray:
    """RGB of a height and an even width, turned as the file says."""
    turns = round((getattr(frame, 'rotation', 0) or 0) / 90) % 4
    across = frame.height if turns % 2 else frame.width
    along = frame.width if turns % 2 else frame.height
    width = max(2, round(height * across / along / 2) * 2)
    size = (height, width) if turns % 2 else (width, height)
    picture = frame.reformat(width=size[0], height=size[1], format='rgb24')
    return np.rot90(picture.to_ndarray(), turns)


@contextmanager
def _complete(out: str | Path) -> Iterator[Path]:
    """A name to write to, which becomes ``out`` when all is written."""
    out = Path(out)
    temporary = out.with_name(temporary_name(out.name))
    try:
        yield temporary
        put_in_place(temporary, out)
    finally:
        temporary.unlink(missing_ok=True)
