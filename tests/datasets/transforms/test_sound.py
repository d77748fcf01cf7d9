"""Sound from containers of any kind."""

import av
import numpy as np
import pytest
from media import tone, write_video

from mm_laziness.datasets.transforms import sound as sound_module
from mm_laziness.datasets.transforms.sound import SoundFile, open_sound

RATE = 44100


def remux(source, target):
    """The same packets in another container."""
    with av.open(str(source)) as read, av.open(str(target), 'w') as out:
        streams = {s.index: out.add_stream_from_template(s) for s in read.streams}
        for packet in read.demux():
            if packet.dts is not None:
                packet.stream = streams[packet.stream.index]
                out.mux(packet)
    return target


@pytest.fixture
def mp4(tmp_path):
    frames = np.zeros((20, 32, 32, 3), np.uint8)
    return write_video(tmp_path / 'v.mp4', frames, 10, tone(2.0, RATE), RATE)


def read(path, start, stop):
    with SoundFile(str(path)) as sound:
        return sound.read(start, stop)


@pytest.mark.parametrize('suffix', ['.flv', '.mkv'])
def test_times_rounded_to_milliseconds_tear_no_holes(mp4, suffix):
    whole = read(mp4, 0, 2 * RATE)
    other = read(remux(mp4, mp4.with_suffix(suffix)), 0, 2 * RATE)
    # Later by the encoders' delays, which .flv and .mkv cannot state as before 0.
    window = whole[20000:50000]
    shifts = range(10000)
    errors = [np.abs(other[20000 + s : 50000 + s] - window).max() for s in shifts]
    assert min(errors) < 1e-4


def test_a_gap_stays_silent(mp4):
    with SoundFile(str(mp4)) as sound:
        frames = list(sound._container.decode(sound._stream))
        # (The codec's noise differs from one decoding to the next.)
        expected = sound.read(0, 2 * RATE)
        # Frames 20 to 29 are lost.
        del frames[20:30]

        class Container:
            def seek(self, *_, **__):
                pass

            def decode(self, _):
                return iter(frames)

            def close(self):
                pass

        held, sound._container = sound._container, Container()
        torn = sound.read(0, 2 * RATE)
        held.close()
    begin = frames[19].pts + frames[19].samples
    end = frames[20].pts
    assert end - begin == 10 * 1024
    assert not torn[begin:end].any()
    np.testing.assert_allclose(torn[:begin], expected[:begin], atol=0.01)
    np.testing.assert_allclose(torn[end:], expected[end:], atol=0.01)


def test_the_first_samples_are_primed(mp4):
    with SoundFile(str(mp4)) as sound:
        for _ in range(2):
            np.testing.assert_allclose(
                sound.read(0, 1024), tone(2.0, RATE)[:1024], atol=0.05
            )


def test_opening_for_sound_decodes_no_picture(mp4):
    with open_sound(str(mp4)) as container:
        assert container.streams.audio and container.streams.video
        # What only a decoded picture tells.
        assert container.streams.video[0].pix_fmt is None


def test_the_decoders_of_sound():
    names = sound_module._sound_decoders().split(',')
    assert {'aac', 'mp3', 'opus', 'flac', 'pcm_s16le'} <= set(names)
    assert not {'h264', 'vp9', 'png', 'subrip'} & set(names)
