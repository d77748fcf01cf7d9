"""MMAction2's audio features against a slow reference and the preset."""

import numpy as np
import pytest
import torch
from media import tone, write_sound, write_video
from mmaction.registry import MODELS

from mm_laziness.datasets.preparation.audio_features import (
    mmaction2_features,
    read_sound,
)


def slow_reference(waveform):
    """The definition, sample by sample, in double precision."""
    samples = waveform.astype(np.float64)
    samples = samples * 0.1 / max(1e-4, np.sqrt(np.mean(samples**2)))
    count = -(-len(samples) // 256)
    padded = np.zeros(256 + 256 * count + 256)
    padded[256 : 256 + len(samples)] = samples
    turns = np.outer(np.arange(257), np.arange(512)) / 512
    fourier = np.exp(-2j * np.pi * turns)
    window = np.array([np.sin(np.pi * (n + 0.5) / 512) for n in range(512)])
    rows = []
    for step in range(count + 1):
        spectrum = np.abs(fourier @ (window * padded[256 * step :][:512]))
        mel = np.array([spectrum @ weights for weights in slow_filters()])
        rows.append(20 * np.log10(np.maximum(1e-5, mel)) - 20)
    return np.clip((np.array(rows) + 100) / 100, 0, 1)


def slow_filters():
    """Slaney's mel scale: linear below 1 kHz, logarithmic above; areas of one."""

    def to_mel(hertz):
        if hertz < 1000:
            return hertz * 3 / 200
        return 15 + 27 * np.log(hertz / 1000) / np.log(6.4)

    def to_hertz(mel):
        return mel * 200 / 3 if mel < 15 else 1000 * 6.4 ** ((mel - 15) / 27)

    edges = [to_hertz(mel) for mel in np.linspace(to_mel(125), to_mel(7600), 82)]
    bins = np.arange(257) * 16000 / 512
    filters = []
    for low, centre, high in zip(edges, edges[1:], edges[2:], strict=False):
        rising, falling = (bins - low) / (centre - low), (high - bins) / (high - centre)
        triangle = np.maximum(0, np.minimum(rising, falling))
        filters.append(triangle * 2 / (high - low))
    return np.array(filters)


def noise(length):
    random = np.random.default_rng(length)
    loudness = np.linspace(0, 1, length) ** 4  # Down to the floor of -100 dB.
    return (random.normal(size=length) * loudness).astype(np.float32)


@pytest.mark.parametrize('length', [1, 255, 256, 257, 512, 3000, 16000])
def test_definition(length):
    waveform = noise(length) if length > 1 else np.ones(1, np.float32)
    features = mmaction2_features(waveform)
    assert features.shape == (-(-length // 256) + 1, 80)
    assert features.dtype == np.float32
    np.testing.assert_allclose(features, slow_reference(waveform), atol=2e-5)


def test_preset_on_a_whole_file():
    waveform = noise(30001)
    preset = MODELS.build(dict(type='SpectrogramPreprocessor', preset='mmaction2'))
    data = dict(inputs=[torch.from_numpy(waveform)[None]], data_samples=None)
    ours = preset(data)['inputs'][0, 0, 0]
    np.testing.assert_allclose(mmaction2_features(waveform), ours, atol=1e-5)


def test_silence_stays_at_the_floor():
    assert not mmaction2_features(np.zeros(5000, np.float32)).any()


def test_no_sound_is_an_error():
    with pytest.raises(ValueError, match=r'mono waveform \(samples,\)'):
        mmaction2_features(np.zeros(0, np.float32))
    with pytest.raises(ValueError, match='mono'):
        mmaction2_features(np.zeros((2, 100), np.float32))


def test_sound_is_read_from_video_and_resampled(tmp_path):
    video = write_video(tmp_path / 'x.mp4', sound=tone(2.0))
    assert len(read_sound(str(video))) == pytest.approx(32000, abs=1100)
    stereo = np.stack([tone(1.0, 44100), tone(1.0, 44100)], axis=1)
    waveform = read_sound(str(write_sound(tmp_path / 'x.wav', stereo, 44100)))
    middle = slice(1000, 15000)
    np.testing.assert_allclose(waveform[middle], tone(1.0)[middle], atol=1e-3)
    with pytest.raises(OSError, match='no sound'):
        read_sound(str(write_video(tmp_path / 'silent.mp4')))
