"""Every preset against an independent implementation of what it imitates."""

import math

import librosa
import numpy as np
import pytest
import scipy.signal
import torch
import torchaudio.compliance.kaldi

from mm_laziness.models.data_preprocessors import PRESETS, SpectrogramPreprocessor

# Samples of the clips of METHODS' table, and the (T, F) they must give.
TABLE = {
    'umt_vggsound': (160000, (313, 513)),
    'mmaction2': (32001, (127, 80)),
    'av_slowfast': (32000, (128, 80)),
    'ogm_ge_cremad': (66150, (188, 257)),
    'ogm_ge_vggsound': (80000, (626, 129)),
    'di_mml': (160000, (1004, 257)),
    'kaldi_fbank': (160000, (1024, 128)),
}


def make_clip(num_samples, seed=0, level=0.3):
    """Noise with an offset and a swell: every bin is well above rounding."""
    rng = np.random.default_rng(seed)
    swell = 0.6 + 0.4 * np.sin(np.linspace(0, 9, num_samples))
    noise = rng.standard_normal(num_samples)
    return (level * noise * swell + 0.05).astype(np.float32)


def compute(clip, **options):
    preprocessor = SpectrogramPreprocessor(**options)
    batch, _ = preprocessor.preprocess([torch.from_numpy(clip)[None]], None)
    assert batch.shape[:3] == (1, 1, 1)
    assert batch.shape[3:] == preprocessor.output_size(len(clip))
    return batch[0, 0, 0].numpy()


def test_presets_of_the_table_are_all_there():
    assert set(PRESETS) == set(TABLE)


@pytest.mark.parametrize('preset', TABLE)
def test_shape(preset):
    num_samples, size = TABLE[preset]
    assert compute(make_clip(num_samples), preset=preset).shape == size


@pytest.mark.parametrize('preset', TABLE)
def test_silence_is_finite(preset):
    silence = np.zeros(TABLE[preset][0], dtype=np.float32)
    assert np.isfinite(compute(silence, preset=preset)).all()
    result = compute(silence, preset=preset, zscore=True, mean=0.0, std=1.0, clamp=None)
    if preset != 'kaldi_fbank':  # Its padded frames differ from its silent ones.
        np.testing.assert_allclose(result, 0, atol=0.01)


def test_umt_vggsound_is_a_centred_magnitude_stft():
    clip = make_clip(5000)
    padded = np.pad(clip.astype(np.float64), 512, mode='reflect')
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(1024) / 1024)
    starts = range(0, len(padded) - 1024 + 1, 512)
    expected = [np.abs(np.fft.rfft(padded[i : i + 1024] * window)) for i in starts]
    result = compute(clip, preset='umt_vggsound')
    np.testing.assert_allclose(result, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize('num_samples', [1, 255, 256, 257, 5000, 5120, 16000, 33333])
def test_mmaction2_equals_build_audio_features(num_samples):
    clip = make_clip(num_samples, level=0.02)
    clip *= np.linspace(1e-3, 1, num_samples, dtype=np.float32) ** 3  # Meets the clip.
    audio = clip * (0.1 / max(1e-4, np.sqrt(np.mean(clip**2))))
    num_frames = math.ceil(num_samples / 256) + 1
    padded = np.pad(audio, (256, 256 * num_frames - num_samples))
    window = np.sin(np.pi * (np.arange(512) + 0.5) / 512)
    frames = np.stack([padded[256 * t : 256 * t + 512] for t in range(num_frames)])
    magnitude = np.abs(np.fft.rfft(frames * window))
    filters = librosa.filters.mel(sr=16000, n_fft=512, n_mels=80, fmin=125, fmax=7600)
    decibel = 20 * np.log10(np.maximum(1e-5, magnitude @ filters.T)) - 20
    expected = np.clip((decibel + 100) / 100, 0, 1)

    result = compute(clip, preset='mmaction2')

    assert result.shape == (num_frames, 80)
    np.testing.assert_allclose(result, expected, atol=1e-4)


def test_mmaction2_does_not_amplify_silence():
    # A root mean square below 1e-4 counts as 1e-4, as in MMAction2.
    clip = make_clip(4000) * np.float32(1e-5)
    loud = clip * np.float32(1000)
    np.testing.assert_allclose(
        compute(clip, preset='mmaction2'),
        compute(loud, preset='mmaction2', rms=None),
        atol=1e-4,
    )


@pytest.mark.parametrize('num_samples', [16000, 32000, 40001])
def test_av_slowfast_equals_librosa_mel(num_samples):
    clip = make_clip(num_samples)
    mel = librosa.feature.melspectrogram(
        y=clip, sr=16000, n_fft=512, hop_length=256, n_mels=80, htk=True
    )
    log_mel = np.log(mel + 1e-8).T[:128]
    filled = np.full((128, 80), np.log(1e-8))
    filled[: len(log_mel)] = log_mel
    result = compute(clip, preset='av_slowfast')
    np.testing.assert_allclose(result, (filled + 7.03) / 4.66, atol=1e-3)


@pytest.mark.parametrize('num_samples', [9000, 22050])
@pytest.mark.parametrize(
    'preset, n_fft, hop', [('ogm_ge_cremad', 512, 353), ('ogm_ge_vggsound', 256, 128)]
)
def test_ogm_ge_equals_librosa_stft(preset, n_fft, hop, num_samples):
    clip = make_clip(num_samples, level=0.6)
    assert np.abs(clip).max() > 1  # So that the clipping matters.
    clipped = np.clip(clip, -1, 1)
    for options in ({}, {'pad_mode': 'reflect'}):
        stft = librosa.stft(clipped, n_fft=n_fft, hop_length=hop, **options)
        expected = np.log(np.abs(stft) + 1e-7).T
        result = compute(clip, preset=preset, **options)
        # Single bins come close to 0, where the logarithm is steep.
        np.testing.assert_allclose(result, expected, atol=5e-3)
        assert np.abs(result - expected).mean() < 1e-5


@pytest.mark.parametrize('zscore', [False, True])
@pytest.mark.parametrize('num_samples', [512, 8000])
def test_di_mml_equals_scipy_spectrogram(num_samples, zscore):
    clip = make_clip(num_samples, level=0.6)
    _, _, density = scipy.signal.spectrogram(
        np.clip(clip, -1, 1).astype(np.float64), 16000, nperseg=512, noverlap=353
    )
    expected = np.log(np.abs(density) + 1e-7).T
    if zscore:
        expected = (expected - expected.mean()) / (expected.std() + 1e-9)
    result = compute(clip, preset='di_mml', zscore=zscore)
    np.testing.assert_allclose(result, expected, atol=2e-4)


@pytest.mark.parametrize('num_samples', [400, 12345, 16000 * 11])
@pytest.mark.parametrize('sample_rate', [16000, 22050, 44100])
def test_kaldi_fbank_equals_torchaudio_clip_by_clip(sample_rate, num_samples):
    num_samples = num_samples * sample_rate // 16000 + 1
    clips = np.stack([make_clip(num_samples, seed) for seed in range(3)])
    preprocessor = SpectrogramPreprocessor('kaldi_fbank', sample_rate=sample_rate)
    batch, _ = preprocessor.preprocess([torch.from_numpy(clips)], None)
    for clip, result in zip(torch.from_numpy(clips), batch[0, :, 0], strict=True):
        fbank = torchaudio.compliance.kaldi.fbank(
            (clip - clip.mean())[None],
            htk_compat=True,
            sample_frequency=sample_rate,
            use_energy=False,
            window_type='hanning',
            num_mel_bins=128,
            dither=0.0,
            frame_shift=10,
        )
        expected = torch.zeros(1024, 128)
        expected[: len(fbank)] = fbank[:1024]
        expected = (expected + 4.503877) / (2 * 5.141276)
        torch.testing.assert_close(result, expected, rtol=0, atol=2e-4)
