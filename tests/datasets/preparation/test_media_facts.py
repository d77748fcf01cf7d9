"""What is found out about media files, good and broken."""

import av
import numpy as np
import pytest
from media import tone, write_sound, write_video

from mm_laziness.datasets.preparation.media_facts import inspect_media


def faststart(path, out):
    """Copy a file with its index in front, as downloads are cut off after it."""
    options = {'movflags': 'faststart'}
    with av.open(str(path)) as source, av.open(str(out), 'w', options=options) as to:
        streams = {s.index: to.add_stream_from_template(s) for s in source.streams}
        for packet in source.demux():
            if packet.dts is not None:
                packet.stream = streams[packet.stream.index]
                to.mux(packet)
    return out


@pytest.fixture(scope='module')
def long_video(tmp_path_factory):
    """Ten seconds of noise."""
    random = np.random.default_rng(0)
    frames = random.integers(0, 255, (80, 32, 32, 3), np.uint8)
    path = tmp_path_factory.mktemp('long') / 'x.mp4'
    return write_video(path, frames, 8, tone(10.0))


def test_pictures_and_sound(long_video):
    facts = inspect_media(str(long_video))
    assert facts.fault is None and facts.pictures and facts.sound
    assert facts.seconds == pytest.approx(10.0, abs=0.1)
    assert (facts.frames, facts.fps, facts.width, facts.height) == (80, 8.0, 32, 32)
    assert facts.sample_rate == 16000


def test_pictures_without_sound_and_a_wav_beside(tmp_path):
    path = write_video(tmp_path / 'x.mp4')
    facts = inspect_media(str(path))
    assert facts.fault is None and facts.pictures and not facts.sound
    write_sound(tmp_path / 'x.wav', tone(1.0, 8000), 8000)
    facts = inspect_media(str(path))
    assert facts.sound and facts.sample_rate == 8000


def test_sound_alone(tmp_path):
    facts = inspect_media(str(write_sound(tmp_path / 'x.wav', tone(1.5))))
    assert facts.fault is None and facts.sound and not facts.pictures
    assert facts.seconds == pytest.approx(1.5) and facts.frames is None


def test_a_wav_with_a_header_only_is_silent(tmp_path):
    facts = inspect_media(str(write_sound(tmp_path / 'x.wav', np.zeros(0))))
    assert facts.fault is None and not facts.sound


def test_an_index_in_front_of_missing_data(long_video, tmp_path):
    whole = faststart(long_video, tmp_path / 'whole.mp4')
    assert inspect_media(str(whole)).fault is None
    data = whole.read_bytes()
    cut = tmp_path / 'cut.mp4'
    # The first frames can still be decoded.
    cut.write_bytes(data[: len(data) * 6 // 10])
    with av.open(str(cut)) as file:
        assert next(file.decode(video=0)).width == 32
    assert 'truncated: the header says 10' in inspect_media(str(cut)).fault


@pytest.mark.parametrize('kept', [0, 0.5])
def test_an_index_at_the_end_that_is_missing(long_video, tmp_path, kept):
    data = long_video.read_bytes()
    path = tmp_path / 'cut.mp4'
    path.write_bytes(data[: int(len(data) * kept)])
    fault = inspect_media(str(path)).fault
    assert fault and str(path) not in fault


def test_not_a_media_file(tmp_path):
    path = tmp_path / 'x.mp4'
    path.write_text('<html>gone</html>')
    assert inspect_media(str(path)).fault.startswith('Invalid data')
