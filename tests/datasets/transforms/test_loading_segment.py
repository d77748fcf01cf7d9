"""One window per sample: the whole sound, or the annotation's segment of it."""

import numpy as np
import pytest
from media import tone, write_sound
from mmaction.registry import TRANSFORMS

from mm_laziness.datasets import ClipCache
from mm_laziness.datasets.transforms.sound import SoundError


@pytest.fixture
def ramp(tmp_path):
    """Two seconds at 1000 Hz whose value is the time / 8."""
    return write_sound(tmp_path / 'ramp.wav', np.arange(2000) / 8000, 1000)


def window(path, pad='tile', seconds=5.0, sample_rate=1000, **results):
    load = TRANSFORMS.build(
        dict(
            type='LoadAudioClips',
            sample_rate=sample_rate,
            clip_seconds=seconds,
            pad=pad,
            align='segment',
        )
    )
    # No frame sampler has been here.
    audios = load(dict(filename=str(path), **results))['audios']
    assert audios.shape == (1, round(seconds * sample_rate))
    assert audios.dtype == np.float32
    return audios[0]


def test_whole_file_is_repeated_or_padded(ramp):
    expected = np.arange(5000) % 2000 / 8000
    np.testing.assert_allclose(window(ramp), expected, atol=1e-4)
    expected[2000:] = 0
    np.testing.assert_allclose(window(ramp, 'zero'), expected, atol=1e-4)


def test_longer_sound_is_cut_at_the_end(ramp):
    expected = np.arange(1500) / 8000
    np.testing.assert_allclose(window(ramp, seconds=1.5), expected, atol=1e-4)


@pytest.mark.parametrize('pad', ['tile', 'zero'])
def test_segment_takes_nothing_from_outside(ramp, pad):
    got = window(ramp, pad, start=0.5, end=1.25)
    part = np.arange(500, 1250) / 8000
    expected = np.resize(part, 5000) if pad == 'tile' else np.pad(part, (0, 4250))
    np.testing.assert_allclose(got, expected, atol=1e-4)


def test_segment_ends_with_the_sound(ramp):
    got = window(ramp, start=1.5, end=9.0)
    np.testing.assert_allclose(got, 0.1875 + np.arange(5000) % 500 / 8000, atol=1e-4)
    np.testing.assert_allclose(window(ramp, end=0.5)[:1000], got[:1000] - 0.1875, 1e-3)


def test_resampled_and_mono(tmp_path):
    stereo = np.stack([tone(1.0, 44100), 0.5 * tone(1.0, 44100)], axis=1)
    path = write_sound(tmp_path / 'two.wav', stereo, 44100)
    got = window(path, seconds=2.0, sample_rate=16000)
    # One second of 440 Hz fits itself, so that the repeated tone has no seam.
    np.testing.assert_allclose(got, 0.75 * tone(2.0, 16000), atol=0.02)


def test_cache_gives_the_same(ramp, tmp_path):
    plain = window(ramp, start=0.5, end=1.25)
    for _ in range(2):
        cache = ClipCache(str(tmp_path / 'cache'))
        got = window(ramp, start=0.5, end=1.25, cache=cache)
        np.testing.assert_array_equal(got, plain)


@pytest.mark.parametrize('segment', [dict(start=2.0), dict(start=-1.0)])
def test_segment_without_sound(ramp, segment):
    with pytest.raises(SoundError, match=r'holds no sound; .*ramp\.wav has 2\.000 s'):
        window(ramp, **segment)


def test_unknown_alignment():
    with pytest.raises(ValueError, match="'clips' or 'segment', but got 'frames'"):
        TRANSFORMS.build(
            dict(type='LoadAudioClips', sample_rate=1, clip_seconds=1, align='frames')
        )
