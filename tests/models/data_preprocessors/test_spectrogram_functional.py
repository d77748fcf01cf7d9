"""Windows, filters, framing and normalization against other libraries."""

import librosa
import numpy as np
import pytest
import scipy.signal
import torch

from mm_laziness.models.data_preprocessors import SpectrogramPreprocessor
from mm_laziness.models.data_preprocessors.spectrogram_functional import make_window


def compute(clips, **options):
    """Spectrograms (T, F) of a clip (samples,), (C, T, F) of (C, samples)."""
    preprocessor = SpectrogramPreprocessor(**options)
    return preprocessor.preprocess([torch.atleast_2d(clips)], None)[0].squeeze()


@pytest.fixture
def clip():
    return 0.2 * torch.randn(6000, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize(
    'name, expected',
    [
        ('hann', scipy.signal.get_window('hann', 101)),
        ('hamming', scipy.signal.get_window('hamming', 101)),
        ('hanning', np.hanning(101)),
        ('povey', np.hanning(101) ** 0.85),
        ('sine', scipy.signal.windows.cosine(101)),
        ('tukey', scipy.signal.get_window(('tukey', 0.25), 101)),
        ('rectangular', np.ones(101)),
    ],
)
def test_windows(name, expected):
    np.testing.assert_allclose(make_window(name, 101).numpy(), expected, atol=1e-6)


@pytest.mark.parametrize('norm', [None, 'slaney'])
@pytest.mark.parametrize('scale', ['htk', 'slaney'])
def test_mel_filters_equal_librosa(scale, norm):
    preprocessor = SpectrogramPreprocessor(
        n_mels=40, f_min=50.0, f_max=7000.0, mel_scale=scale, mel_norm=norm
    )
    expected = librosa.filters.mel(
        sr=16000,
        n_fft=512,
        n_mels=40,
        fmin=50,
        fmax=7000,
        htk=scale == 'htk',
        norm=norm,
    ).T
    np.testing.assert_allclose(
        preprocessor.filter_bank.numpy(), expected, atol=1e-4 * expected.max()
    )


@pytest.mark.parametrize('win_length', [400, 401])
def test_frames_shorter_than_the_transform_equal_librosa(clip, win_length):
    options = dict(win_length=win_length, hop_length=160, n_fft=512)
    expected = np.abs(librosa.stft(clip.numpy(), **options)).T
    magnitude = compute(clip, power=1.0, log=None, **options).numpy()
    np.testing.assert_allclose(magnitude, expected, atol=1e-4)


def test_density_of_an_odd_transform_equals_scipy(clip):
    options = dict(win_length=401, hop_length=100, n_fft=401, pad_mode=None)
    expected = scipy.signal.spectrogram(
        clip.double().numpy(), 8000, 'hann', 401, 301, detrend=False
    )[2].T
    density = compute(clip, sample_rate=8000, density=True, log=None, **options)
    np.testing.assert_allclose(density.numpy(), expected, rtol=1e-3, atol=1e-9)


def test_frames_are_cut_and_padded_with_silence(clip):
    free = compute(clip)
    assert len(free) == 24
    torch.testing.assert_close(compute(clip, num_frames=20), free[:20])
    padded = compute(clip, num_frames=30)
    torch.testing.assert_close(padded[:24], free)
    silence = torch.full((6, 257), -16.118096)  # ln(1e-7)
    torch.testing.assert_close(padded[24:], silence)
    padded = compute(clip, num_frames=30, frame_pad_value=2.0, mean=1.0, std=4.0)
    torch.testing.assert_close(padded[24:], torch.full((6, 257), 0.25))


def test_zscore_and_clamp(clip):
    output = compute(clip, zscore=True)
    torch.testing.assert_close(output.mean(), torch.tensor(0.0), rtol=0, atol=1e-5)
    torch.testing.assert_close(output.std(correction=0), torch.tensor(1.0))
    clamped = compute(clip, zscore=True, clamp=[-0.5, 0.5])
    torch.testing.assert_close(clamped, output.clamp(-0.5, 0.5))


def test_zscore_is_each_clips_own_and_leaves_near_silence_alone(clip):
    options = dict(zscore=True, power=1.0)
    together = compute(torch.stack((clip, 9 * clip, 1e-13 * clip)), **options)
    torch.testing.assert_close(together[0], compute(clip, **options))
    torch.testing.assert_close(together[1], compute(9 * clip, **options))
    assert together[2].abs().max() < 0.1
