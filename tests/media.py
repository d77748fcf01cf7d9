"""Small media files for tests, written with PyAV."""

from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np


def write_video(
    path: Path,
    frames: np.ndarray | None = None,
    fps: float | Fraction = 8,
    sound: np.ndarray | None = None,
    rate: int = 16000,
) -> Path:
    """Write frames (T, H, W, 3) uint8 and mono sound in [-1, 1] as an mp4 file."""
    if frames is None:
        frames = np.random.default_rng(0).integers(0, 255, (8, 32, 32, 3), np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), 'w') as out:
        rational = Fraction(fps).limit_denominator(1001)
        video = out.add_stream('libx264', rate=rational)
        video.height, video.width = frames.shape[1:3]
        video.pix_fmt = 'yuv420p'
        video.thread_count = 1
        audio = (
            out.add_stream('aac', rate=rate, layout='mono')
            if sound is not None
            else None
        )
        for picture in frames:
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), 'rgb24')
            out.mux(video.encode(frame))
        out.mux(video.encode())
        if audio is not None and sound is not None:
            data = np.ascontiguousarray(sound[None], dtype=np.float32)
            frame = av.AudioFrame.from_ndarray(data, format='fltp', layout='mono')
            frame.sample_rate = rate
            frame.pts = 0
            out.mux(audio.encode(frame))
            out.mux(audio.encode())
    return path


def write_sound(path: Path, sound: np.ndarray, rate: int = 16000) -> Path:
    """Write sound (samples,) or (samples, channels) as .wav or .flac."""
    import soundfile

    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, sound, rate)
    return path


def tone(seconds: float, rate: int = 16000, frequency: float = 440.0) -> np.ndarray:
    """A sine of amplitude 0.5."""
    times = np.arange(round(seconds * rate)) / rate
    return (0.5 * np.sin(2 * np.pi * frequency * times)).astype(np.float32)


def write_frames(
    folder: Path, frames: np.ndarray, template: str = 'img_{:05}.png', first: int = 1
) -> Path:
    """Write frames (T, H, W, 3) or (T, H, W) uint8 as numbered pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, frame in enumerate(frames, first):
        picture = frame[..., ::-1] if frame.ndim == 3 else frame
        cv2.imwrite(str(folder / template.format(number)), picture)
    return folder


def write_flow(folder: Path, flow: np.ndarray, first: int = 1) -> Path:
    """Write flow (T, H, W, 2) uint8 as ``flow_x_00001.png``, ``flow_y_00001.png``."""
    for channel, axis in enumerate('xy'):
        template = f'flow_{axis}_{{:05}}.png'
        write_frames(folder, flow[..., channel], template, first)
    return folder
