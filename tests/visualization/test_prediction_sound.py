"""Sound and times of all kinds in copies of videos."""

from fractions import Fraction

import av
import numpy as np
import pytest
from media import tone

from mm_laziness.visualization.prediction_video import write_video


def made(path, codec, rate, layout):
    """Two seconds of pictures and sound."""
    with av.open(str(path), 'w') as out:
        pictures = out.add_stream('mpeg4', rate=8)
        pictures.height = pictures.width = 32
        pictures.pix_fmt = 'yuv420p'
        audio = out.add_stream(codec, rate=rate, layout=layout)
        for _ in range(16):
            frame = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), 'rgb24')
            out.mux(pictures.encode(frame))
        out.mux(pictures.encode())
        channels = 2 if layout == 'stereo' else 1
        samples = np.repeat(tone(2.0, rate) * 32767, channels)[None].astype(np.int16)
        sound = av.AudioFrame.from_ndarray(samples, format='s16', layout=layout)
        sound.sample_rate, sound.pts = rate, 0
        out.mux(audio.encode(sound))
        out.mux(audio.encode())
    return path


@pytest.mark.parametrize(
    'name, codec, rate, layout, expected',
    [
        # Its decoder has another name than the format.
        ('a.avi', 'libmp3lame', 44100, 'stereo', ('mp3', 44100, 2)),
        # Files that name no layout.
        ('a.avi', 'pcm_s16le', 22050, 'stereo', ('aac', 22050, 2)),
        ('a.mkv', 'pcm_s16le', 8000, 'mono', ('aac', 8000, 1)),
        # A rate that AAC does not know.
        ('a.mkv', 'pcm_s16le', 5000, 'mono', ('aac', 48000, 1)),
    ],
)
def test_sound_is_copied_or_encoded(tmp_path, name, codec, rate, layout, expected):
    video, copy = made(tmp_path / name, codec, rate, layout), tmp_path / 'copy.mp4'
    write_video(video, copy, lambda h: np.zeros((h, 64, 3), np.uint8), smallest=64)
    with av.open(str(copy)) as file:
        stream = file.streams.audio[0]
        kind = stream.codec_context.codec.canonical_name
        assert (kind, stream.rate, stream.channels) == expected
        heard = np.concatenate([f.to_ndarray()[0] for f in file.decode(stream)])
    assert len(heard) / expected[1] == pytest.approx(2.0, abs=0.2)
    middle = heard[len(heard) // 4 : len(heard) * 3 // 4]
    assert middle.std() == pytest.approx(0.35, abs=0.05)


def test_frames_at_uneven_times(tmp_path):
    video, copy = tmp_path / 'a.mp4', tmp_path / 'copy.mp4'
    with av.open(str(video), 'w') as out:
        pictures = out.add_stream('libx264', rate=8)
        pictures.height = pictures.width = 32
        pictures.pix_fmt = 'yuv420p'
        pictures.codec_context.time_base = Fraction(1, 1000)
        for time in (0, 10, 500, 510, 1000):
            frame = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), 'rgb24')
            frame.pts, frame.time_base = time, Fraction(1, 1000)
            out.mux(pictures.encode(frame))
        out.mux(pictures.encode())
    write_video(video, copy, lambda h: np.zeros((h, 64, 3), np.uint8), smallest=64)
    with av.open(str(copy)) as file:
        times = [frame.time for frame in file.decode(video=0)]
    assert times == pytest.approx([0, 0.01, 0.5, 0.51, 1.0], abs=0.002)
