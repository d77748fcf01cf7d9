"""Kinetics-like video files with sound, made for measurements of the data path."""

import shutil
from pathlib import Path

import av
import cv2
import numpy as np

FRAME_RATE = 30
# Of MMAction2's build_audio_features, in Hz and samples.
_FEATURE_RATE, _HOP, _MELS = 16000, 256, 80


def write_tree(
    folder: Path,
    copies: int,
    seconds: float,
    size: tuple[int, int],
    sound_rate: int,
) -> int:
    """Write a folder ``videos`` of equal files, and MMAction2's features beside them.

    Args:
        folder (Path): Where to write.
        copies (int): Number of files.
        seconds (float): Length of each.
        size (tuple[int, int]): Width and height, in pixels.
        sound_rate (int): Samples per second of the sound, in Hz.

    Returns:
        int: Bytes of each video file.
    """
    first = folder / 'videos' / '0.mp4'
    first.parent.mkdir()
    _write_video(first, seconds, size, sound_rate)
    # Only reading is timed, so the values do not matter.
    rows = -(-round(seconds * _FEATURE_RATE) // _HOP) + 1
    feature = np.random.default_rng(0).random((rows, _MELS), np.float32)
    for number in range(copies):
        if number:
            shutil.copy(first, first.with_stem(str(number)))
        np.save(first.with_name(f'{number}.npy'), feature)
    return first.stat().st_size


def _write_video(
    path: Path, seconds: float, size: tuple[int, int], sound_rate: int
) -> None:
    """H.264 with x264's own settings, and AAC, stereo, 128 kbit/s."""
    width, height = size
    rng = np.random.default_rng(0)
    canvas = rng.integers(0, 255, (2 * height, 2 * width, 3), np.uint8)
    canvas = cv2.GaussianBlur(canvas.astype(np.float32), (0, 0), 3)
    canvas = np.clip(6 * canvas - 640, 0, 255)
    with av.open(str(path), 'w') as out:
        video = out.add_stream('libx264', rate=FRAME_RATE)
        video.width, video.height, video.pix_fmt = width, height, 'yuv420p'
        video.thread_count = 1
        audio = out.add_stream('aac', rate=sound_rate, layout='stereo')
        audio.bit_rate = 128000
        written = 0
        for number in range(round(seconds * FRAME_RATE)):
            # A camera that pans over a texture, with a little noise.
            x = round(width / 2 + width / 3 * np.sin(number / 40))
            y = round(height / 2 + height / 3 * np.cos(number / 33))
            picture = canvas[y : y + height, x : x + width]
            picture = picture + rng.integers(-4, 5, (height, width, 1))
            picture = np.clip(picture, 0, 255).astype(np.uint8)
            out.mux(video.encode(av.VideoFrame.from_ndarray(picture, 'rgb24')))
            end = sound_rate * (number + 1) // FRAME_RATE
            times = np.arange(written, end) / sound_rate
            tones = 0.3 * np.sin(2 * np.pi * np.outer([440, 660], times))
            waves = tones + rng.normal(0, 0.05, tones.shape)
            sound = av.AudioFrame.from_ndarray(
                waves.astype(np.float32), format='fltp', layout='stereo'
            )
            sound.sample_rate, sound.pts, written = sound_rate, written, end
            out.mux(audio.encode(sound))
        out.mux(video.encode())
        out.mux(audio.encode())
