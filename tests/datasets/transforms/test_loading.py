"""Sound windows: in step with the frames, and of one length."""

from fractions import Fraction

import numpy as np
import pytest
from media import tone, write_sound, write_video
from mmaction.registry import TRANSFORMS
from mmengine.dataset import Compose

from mm_laziness.datasets.transforms.sound import SoundError, SoundFile

SECONDS, EVENT, BEEP = 6.0, 3.2, 0.12


def flash_and_beep(path, fps, rate):
    """A video that is black and silent but for one moment."""
    times = np.arange(round(SECONDS * float(fps))) / float(fps)
    frames = np.zeros((len(times), 32, 32, 3), np.uint8)
    frames[(times >= EVENT) & (times < EVENT + BEEP)] = 255
    sound = np.zeros(round(SECONDS * rate), np.float32)
    start = round(EVENT * rate)
    sound[start : start + round(BEEP * rate)] = tone(BEEP, rate, 1000.0)
    return write_video(path, frames, fps, sound, rate)


def run(path, sampler, clip_seconds=1.0, sample_rate=16000, pad='zero', init='Decord'):
    pipeline = Compose(
        [
            TRANSFORMS.build(step)
            for step in (
                dict(type=f'{init}Init'),
                sampler,
                dict(
                    type='LoadAudioClips',
                    sample_rate=sample_rate,
                    clip_seconds=clip_seconds,
                    pad=pad,
                ),
                dict(type=f'{init}Decode'),
            )
        ]
    )
    return pipeline(dict(filename=str(path), start_index=0, modality='RGB'))


SAMPLERS = {
    'dense': dict(type='SampleFrames', clip_len=8, frame_interval=2, num_clips=1),
    'uniform': dict(type='UniformSample', clip_len=16),
    'segments': dict(type='SampleFrames', clip_len=1, num_clips=12),
    'multi-clip': dict(
        type='SampleFrames', clip_len=8, frame_interval=2, num_clips=10, test_mode=True
    ),
}


@pytest.mark.parametrize('fps', [25, Fraction(30000, 1001), 30])
@pytest.mark.parametrize('rate', [44100, 48000])
def test_beep_is_where_the_flash_is(tmp_path, fps, rate):
    path = flash_and_beep(tmp_path / 'clip.mp4', fps, rate)
    np.random.seed(0)
    seen = 0
    for sampler in SAMPLERS.values():
        for _ in range(4):
            results = run(path, dict(sampler))
            clips = results['audios']
            frames = np.asarray(results['frame_inds']).reshape(len(clips), -1)
            bright = np.array([img.mean() > 128 for img in results['imgs']])
            bright = bright.reshape(frames.shape)
            assert clips.shape == (len(frames), 16000)
            for clip, index, flash in zip(clips, frames, bright, strict=True):
                middle = (index[0] + index[-1]) / 2 / float(fps)
                loud = np.flatnonzero(np.abs(clip) > 0.1)
                whole = middle - 0.5 <= EVENT and middle + 0.5 >= EVENT + BEEP
                if whole:
                    heard = middle - 0.5 + loud[[0, -1]] / 16000
                    np.testing.assert_allclose(heard, [EVENT, EVENT + BEEP], atol=0.01)
                if middle + 0.5 < EVENT or middle - 0.5 > EVENT + BEEP:
                    assert not loud.size
                if flash.any() and whole:
                    # The picture says the same, to a frame.
                    when = index[flash] / float(fps)
                    assert abs(when[0] - heard[0]) < 2.1 / float(fps)
                    seen += 1
    assert seen >= 3


def test_readers_of_mmaction_give_the_same_sound(tmp_path):
    path = flash_and_beep(tmp_path / 'clip.mp4', 25, 16000)
    sampler = dict(SAMPLERS['multi-clip'])
    expected = run(path, sampler)['audios']
    np.testing.assert_array_equal(run(path, sampler, init='PyAV')['audios'], expected)
    np.testing.assert_array_equal(run(path, sampler, init='OpenCV')['audios'], expected)


def windows(path, frames, fps=10.0, total=20, **kwargs):
    """LoadAudioClips on frames of one clip, without decoding pictures."""
    settings = dict(sample_rate=1000, clip_seconds=1.0)
    settings.update(kwargs)
    load = TRANSFORMS.build(dict(type='LoadAudioClips', **settings))
    frames = np.asarray(frames)
    return load(
        dict(
            filename=str(path),
            frame_inds=frames.ravel(),
            clip_len=frames.shape[-1],
            start_index=0,
            total_frames=total,
            avg_fps=fps,
        )
    )['audios']


@pytest.fixture
def ramp(tmp_path):
    """Two seconds at 1000 Hz whose value is the time / 4."""
    return write_sound(tmp_path / 'ramp.wav', np.arange(2000) / 4000 / 2, 1000)


def test_window_by_hand(ramp):
    # Frames 6 to 14 at 10 fps: midpoint 1.0 s, so the window is 0.5 to 1.5 s.
    audio = windows(ramp, [[6, 10, 14]])
    assert audio.shape == (1, 1000) and audio.dtype == np.float32
    np.testing.assert_allclose(audio[0], np.arange(500, 1500) / 8000, atol=1e-4)


def test_looped_frames_count_on(ramp):
    # 18, 19, 0, 1 of 20 frames are the moments 1.8 to 2.1 s: midpoint 1.95 s.
    looped = windows(ramp, [[18, 19, 0, 1]])
    np.testing.assert_allclose(looped[0, :550], np.arange(1450, 2000) / 8000, atol=1e-4)
    assert not looped[0, 550:].any()


def test_clip_longer_than_its_video_keeps_the_end_of_the_sound(ramp):
    frames = [np.arange(0, 80, 4) % 20]
    audio = windows(ramp, frames)
    # Midpoint 3.8 s moves back to the end, 2.0 s.
    np.testing.assert_allclose(audio[0, :500], np.arange(1500, 2000) / 8000, atol=1e-4)


def test_padding(ramp):
    zero = windows(ramp, [[0, 2]])[0]
    assert not zero[:400].any()
    np.testing.assert_allclose(zero[400:], np.arange(600) / 8000, atol=1e-4)
    tiled = windows(ramp, [[0, 2]], pad='tile')[0]
    np.testing.assert_allclose(tiled[:400], np.arange(1600, 2000) / 8000, atol=1e-4)
    # A window of 5 s around 1 s repeats the 2 s of sound: -1.5 to 3.5 s.
    long = windows(ramp, [[8, 12]], clip_seconds=5.0, pad='tile')[0]
    expected = np.arange(-1500, 3500) % 2000 / 8000
    np.testing.assert_allclose(long, expected, atol=1e-4)


@pytest.mark.parametrize('rate', [8000, 11025, 22050, 44100, 48000])
def test_resampling_keeps_length_and_pitch(tmp_path, rate):
    path = write_sound(tmp_path / 'tone.flac', tone(3.0, rate, 500.0), rate)
    audio = windows(path, [[10, 20]], total=30, sample_rate=16000, clip_seconds=1.03)
    assert audio.shape == (1, round(1.03 * 16000))
    spectrum = np.abs(np.fft.rfft(audio[0]))
    assert abs(np.argmax(spectrum) / 1.03 - 500) < 1.5
    # The filter's edges lie outside the window.
    assert np.abs(audio[0, :64]).max() == pytest.approx(0.5, abs=0.02)


def test_channels_are_averaged(tmp_path):
    stereo = np.stack([np.full(2000, 0.5), np.full(2000, -0.1)], axis=1)
    audio = windows(write_sound(tmp_path / 'two.wav', stereo, 1000), [[6, 14]])
    np.testing.assert_allclose(audio, 0.2, atol=1e-3)


def test_wav_beside_a_silent_video(tmp_path):
    video = write_video(tmp_path / 'clip.mp4', np.zeros((20, 32, 32, 3), np.uint8), 10)
    with pytest.raises(SoundError, match='no sound stream'):
        windows(video, [[6, 14]])
    write_sound(tmp_path / 'clip.wav', np.full(2000, 0.25), 1000)
    np.testing.assert_allclose(windows(video, [[6, 14]]), 0.25, atol=1e-3)
    with SoundFile(str(tmp_path / 'gone' / 'clip.mp4').replace('gone/', '')) as sound:
        assert sound.path.endswith('clip.wav')


def test_truncated_sound_is_an_error(tmp_path):
    whole = write_sound(tmp_path / 'whole.wav', tone(4.0), 16000).read_bytes()
    broken = tmp_path / 'broken.wav'
    broken.write_bytes(whole[: len(whole) // 4])
    with SoundFile(str(broken)) as sound:
        # FFmpeg reads the header's length or the file's, by version.
        if sound.num_samples == 64000:
            with pytest.raises(SoundError, match='truncated'):
                sound.read(0, 64000)
        else:
            assert sound.num_samples == pytest.approx(16000, abs=100)


@pytest.mark.parametrize(
    'wrong, message',
    [
        (dict(sample_rate=0), 'sample_rate'),
        (dict(clip_seconds=-1.0), 'clip_seconds'),
        (dict(pad='loop'), "'zero' or 'tile'"),
    ],
)
def test_bad_arguments(ramp, wrong, message):
    with pytest.raises(ValueError, match=message):
        windows(ramp, [[0, 1]], **wrong)


def test_without_sampled_frames():
    load = TRANSFORMS.build(
        dict(type='LoadAudioClips', sample_rate=16000, clip_seconds=1.0)
    )
    with pytest.raises(ValueError, match='SampleFrames'):
        load(dict(filename='x.mp4'))


def test_roll_shifts_all_clips_alike():
    np.random.seed(3)
    roll = TRANSFORMS.build(dict(type='RollAudio', max_fraction=0.25))
    audios = np.arange(40.0).reshape(2, 20)
    rolled = roll(dict(audios=audios))['audios']
    shift = int(np.flatnonzero(rolled[0] == 0)[0])
    shift = shift if shift < 10 else shift - 20
    assert -5 <= shift <= 5 and shift
    np.testing.assert_array_equal(rolled, np.roll(audios, shift, axis=1))
