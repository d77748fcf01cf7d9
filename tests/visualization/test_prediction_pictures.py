import tracemalloc

import av
import numpy as np
import pytest
from matplotlib.image import imread
from media import tone, write_video

from mm_laziness.visualization.prediction_picture import (
    beside,
    draw_panel,
    legible_height,
)
from mm_laziness.visualization.prediction_table import prediction_table
from mm_laziness.visualization.prediction_video import (
    _resized,
    check_output,
    write_picture,
)
from mm_laziness.visualization.prediction_video import (
    write_video as write_copy,
)


def block(*scores):
    names = ['one', 'a class of a name that is longer than a column', 'three']
    top = [
        {'class': k, 'name': names[k], 'score': score} for k, score in enumerate(scores)
    ]
    return dict(certainty=scores[0], top=top)


def summary(*modalities, blank=()):
    return dict(
        scores='probabilities',
        fused=block(0.75, 0.25),
        modalities={m: block(0.5, 0.125) for m in modalities},
        blank=dict.fromkeys(blank, 'why'),
    )


def panel(height):
    return np.full((height, 101, 3), 200, np.uint8)


def test_table():
    lines = prediction_table(summary('front', 'sound', blank=['sound'])).splitlines()
    words = [line.split() for line in lines]
    assert lines[0].split('   ')[-1].strip() == 'sound (blank)'
    assert words[1] == ['1', 'one', '0.750', 'one', '0.500', 'one', '0.500']
    assert '…  0.250' in lines[2] and 'longer than a column' not in lines[2]
    assert words[3] == ['certainty', '0.750', '0.500', '0.500']
    # Numbers of a column stand below each other.
    assert lines[1].index('0.750') == lines[2].index('0.250') == lines[3].index('0.750')


def test_one_modality_is_not_told_twice():
    assert prediction_table(summary('rgb')).split()[:2] == ['rgb', '1']
    # And a model without modalities has its prediction.
    assert prediction_table(summary()).split()[0] == 'prediction'


@pytest.mark.parametrize('height', [480, 481, 720, 1080])
@pytest.mark.parametrize('names', [(), ('a', 'b'), ('a', 'b', 'c', 'd')])
def test_panel(height, names):
    drawn = draw_panel(summary(*names), height)
    assert drawn.shape[0] == height and drawn.shape[2] == 3
    assert drawn.dtype == np.uint8 and drawn.std() > 5
    # Names and bars keep clear of the edges.
    assert (drawn[:, -1] == 255).all() and (drawn[:, 0] == 255).all()


def test_longer_panels_need_more_pixels():
    two, four = legible_height(summary('a')), legible_height(summary('a', 'b', 'c'))
    assert four > two and not four % 2


def test_names_are_drawn_as_they_are():
    drawn = {'class': 0, 'name': '$x^{ for $y', 'score': 0.5}
    odd = dict(summary('$a^{$'), fused=dict(certainty=0.5, top=[drawn]))
    assert draw_panel(odd, 480).shape[0] == 480


def test_a_panel_of_many_classes_has_bounds():
    many = block(0.5)['top'] * 400
    whole = dict(summary(), fused=dict(certainty=0.5, top=many))
    assert legible_height(whole) < 1080
    assert draw_panel(whole, 480).shape[0] == 480


def test_beside_is_even():
    frame = np.zeros((4, 6, 3), np.uint8)
    assert beside(frame, np.zeros((4, 5, 3), np.uint8)).shape == (4, 10, 3)
    assert beside(frame, np.zeros((4, 4, 3), np.uint8)).shape == (4, 10, 3)


def made(path, sound=True, frames=24, **kwargs):
    """Frames that get lighter from red."""
    pictures = np.zeros((frames, 32, 48, 3), np.uint8)
    pictures[..., 0] = np.linspace(20, 250, frames)[:, None, None]
    return write_video(path, pictures, sound=tone(3.0) if sound else None, **kwargs)


def read(path):
    with av.open(str(path)) as file:
        pictures = [
            (frame.time, frame.to_ndarray(format='rgb24'))
            for frame in file.decode(video=0)
        ]
    with av.open(str(path)) as file:
        has_sound = bool(file.streams.audio)
        sound = (
            [frame.to_ndarray() for frame in file.decode(audio=0)] if has_sound else []
        )
    return pictures, sound


def test_picture(tmp_path):
    video = made(tmp_path / 'a.mp4')
    write_picture(video, tmp_path / 'a.png', panel)
    picture = imread(tmp_path / 'a.png')
    # 48 x 32 pixels are 1080 x 720, beside a panel of 101; the width is even.
    assert picture.shape[:2] == (720, 1180)
    # The middle of the times, not the first frame.
    assert 0.4 < picture[360, 540, 0] < 0.65
    np.testing.assert_allclose(picture[:, 1080:, :3], 200 / 255, atol=0.01)
    assert [p.name for p in sorted(tmp_path.iterdir())] == ['a.mp4', 'a.png']


@pytest.mark.parametrize('suffix', ['.mp4', '.mkv'])
def test_copy_keeps_frames_times_and_sound(tmp_path, suffix):
    video, copy = made(tmp_path / 'a.mp4'), tmp_path / f'copy{suffix}'
    write_copy(video, copy, panel, smallest=64)
    before, sound_before = read(video)
    after, sound_after = read(copy)
    # Matroska knows no times below 0, where AAC begins, and moves all alike.
    times, expected = ([t - rows[0][0] for t, _ in rows] for rows in (after, before))
    assert times == pytest.approx(expected, abs=0.002)
    assert 0 <= after[0][0] < 0.07
    assert len(after) == 24
    for (_, old), (_, new) in zip(before, after, strict=True):
        assert new.shape == (64, 96 + 100, 3)
        assert new[32, 48, 0] == pytest.approx(int(old[16, 24, 0]), abs=12)
        assert new[32, 150, 0] == pytest.approx(200, abs=6)
    # The sound is copied, not encoded again. Without what is before time 0 the first
    # block of AAC cannot be decoded as it was.
    old, new = (np.concatenate(s, 1)[0] for s in (sound_before, sound_after))
    assert len(new) > len(old) - 2048
    np.testing.assert_array_equal(new[-45000:], old[-45000:])


def test_copy_of_sound_that_the_container_does_not_hold(tmp_path):
    """FLAC is encoded again, as AAC of as many channels."""
    source = tmp_path / 'a.mkv'
    with av.open(str(source), 'w') as out:
        pictures = out.add_stream('libx264', rate=8)
        pictures.height = pictures.width = 32
        pictures.pix_fmt = 'yuv420p'
        audio = out.add_stream('flac', rate=16000, layout='mono')
        for _ in range(16):
            frame = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), 'rgb24')
            out.mux(pictures.encode(frame))
        out.mux(pictures.encode())
        samples = (tone(2.0)[None] * 32767).astype(np.int16)
        sound = av.AudioFrame.from_ndarray(samples, format='s16', layout='mono')
        sound.sample_rate, sound.pts = 16000, 0
        out.mux(audio.encode(sound))
        out.mux(audio.encode())
    write_copy(source, tmp_path / 'copy.mp4', panel, smallest=64)
    with av.open(str(tmp_path / 'copy.mp4')) as copy:
        assert copy.streams.audio[0].codec_context.name == 'aac'
    frames, heard = read(tmp_path / 'copy.mp4')
    assert len(frames) == 16
    heard = np.concatenate(heard, 1)[0]
    assert len(heard) == pytest.approx(32000, abs=2500)
    assert heard[8000:24000].std() == pytest.approx(0.35, abs=0.05)


def test_copy_without_sound(tmp_path):
    video = made(tmp_path / 'a.mp4', sound=False)
    write_copy(video, tmp_path / 'copy.mp4', panel, smallest=64)
    frames, sound = read(tmp_path / 'copy.mp4')
    assert len(frames) == 24 and sound == []


def test_long_videos_are_streamed(tmp_path):
    """The pictures in memory do not grow with the length."""
    peaks = []
    for frames in (20, 200):
        video = made(tmp_path / f'{frames}.mp4', frames=frames, fps=100)
        tracemalloc.start()
        try:
            write_copy(video, tmp_path / 'copy.mp4', panel, smallest=64)
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
    # 180 pictures more would be 180 x 64 x 196 x 3 bytes, 6.8 MB.
    assert peaks[1] - peaks[0] < 1e6


def test_frames_that_the_file_turns():
    pixels = np.zeros((32, 48, 3), np.uint8)
    pixels[:, :24, 0] = 250  # the left half is red

    class Turned:
        rotation, width, height = 90, 48, 32

        def reformat(self, **size):
            frame = av.VideoFrame.from_ndarray(pixels, 'rgb24')
            return frame.reformat(**size)

    upright = _resized(Turned(), 96)
    assert upright.shape == (96, 64, 3)
    # Counterclockwise by 90 degrees the left half goes to the bottom.
    assert upright[80, 32, 0] > 200 and upright[10, 32, 0] < 50


def test_failures_leave_nothing(tmp_path):
    video = made(tmp_path / 'a.mp4')

    def fails(height):
        raise KeyboardInterrupt

    for write, name in ((write_copy, 'copy.mp4'), (write_picture, 'a.png')):
        with pytest.raises(KeyboardInterrupt):
            write(video, tmp_path / name, fails)
    assert [p.name for p in tmp_path.iterdir()] == ['a.mp4']
    with pytest.raises(ValueError, match='is the video itself'):
        write_copy(video, video, panel)
    assert len(read(video)[0]) == 24


def test_outputs_that_are_refused(tmp_path):
    check_output(tmp_path / 'a.MP4')
    with pytest.raises(ValueError, match=r'a\.gif must end in one of \.png'):
        check_output(tmp_path / 'a.gif')
    with pytest.raises(FileNotFoundError, match='the folder .*none does not exist'):
        check_output(tmp_path / 'none' / 'a.png')
