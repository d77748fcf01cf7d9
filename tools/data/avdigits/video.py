"""Frames and sound to an mp4 file, the same bytes every time."""

import os
from pathlib import Path

import av
import numpy as np

# x264's macroblock tree reads memory that it never wrote in pictures as small as
# ours, so that the same frames give different files: off.
VIDEO_OPTIONS = {'crf': '23', 'preset': 'veryfast', 'mbtree': '0'}
AUDIO_BIT_RATE = 48000  # bits per second
# Twice as fast as the default coder and, at this rate, closer to the original.
AUDIO_OPTIONS = {'aac_coder': 'fast'}


def write_mp4(
    path: Path, frames: np.ndarray, fps: int, sound: np.ndarray, sample_rate: int
) -> None:
    """Write H.264 and AAC; the file has its name only when it is complete.

    Args:
        path: The file to write; its folder must exist.
        frames: uint8 (T, H, W, 3), RGB.
        fps: Frames per second.
        sound: float32 (samples,) in [-1, 1].
        sample_rate: Samples per second.
    """
    temporary = path.with_name(f'{path.name}.part')
    # Bit-exact: no dates in the file. One thread: the encoders' decisions would
    # otherwise depend on the number of cores.
    with av.open(
        str(temporary), 'w', format='mp4', options={'fflags': '+bitexact'}
    ) as file:
        video = file.add_stream('libx264', rate=fps, options=VIDEO_OPTIONS)
        video.height, video.width = frames.shape[1:3]
        video.pix_fmt = 'yuv420p'
        audio = file.add_stream(
            'aac', rate=sample_rate, options=AUDIO_OPTIONS, layout='mono'
        )
        audio.bit_rate = AUDIO_BIT_RATE
        for stream in (video, audio):
            stream.codec_context.thread_count = 1
            stream.codec_context.flags |= av.codec.context.Flags.bitexact
        for image in frames:
            file.mux(video.encode(av.VideoFrame.from_ndarray(image, format='rgb24')))
        wave = av.AudioFrame.from_ndarray(sound[None], format='fltp', layout='mono')
        wave.sample_rate = sample_rate
        wave.pts = 0
        file.mux(audio.encode(wave))
        for stream in (video, audio):
            file.mux(stream.encode(None))
    os.replace(temporary, path)
