"""Overriding presets, what each option does by hand, and what is refused."""

import numpy as np
import pytest
import torch

from mm_laziness.models.data_preprocessors import (
    PRESETS,
    SpectrogramOptions,
    SpectrogramPreprocessor,
)

# One frame of 4 samples after the other, whose bin 0 is the frame's sum.
SUMS = dict(
    window='rectangular',
    win_length=4,
    hop_length=4,
    pad_mode=None,
    power=1.0,
    log=None,
)


def compute(clip, **options):
    preprocessor = SpectrogramPreprocessor(**options)
    waveform = torch.as_tensor(clip, dtype=torch.float32)[None]
    output = preprocessor.preprocess([waveform], None)[0][0, 0, 0]
    assert output.shape == preprocessor.output_size(waveform.shape[-1])
    return output


@pytest.mark.parametrize('preset', PRESETS)
def test_every_field_of_a_preset_can_be_overridden(preset):
    options = SpectrogramOptions.from_preset(
        preset, n_mels=None, mel_norm=None, num_frames=7, log=None, clamp=None
    )
    assert options.num_bins == options.fft_size // 2 + 1
    assert (options.num_frames, options.log, options.clamp) == (7, None, None)
    assert options.window == PRESETS[preset]['window']


def test_a_pure_tone_by_hand():
    # cos at bin 8 of 64 under a rectangular window: magnitude 64 / 2 there.
    tone = np.cos(2 * np.pi * 8 * np.arange(256) / 64)
    options = dict(window='rectangular', win_length=64, hop_length=64, pad_mode=None)
    expected = torch.zeros(4, 33)
    expected[:, 8] = 32
    magnitude = compute(tone, power=1.0, log=None, **options)
    torch.testing.assert_close(magnitude, expected, rtol=0, atol=1e-4)
    power = compute(tone, power=2.0, log=None, **options)
    torch.testing.assert_close(power[:, 8], torch.full((4,), 1024.0))
    # 20 log10(32), by magnitude as by power; 20 log10(0.01) at the floor.
    for exponent, floor in ((1.0, 1e-2), (2.0, 1e-4)):
        decibel = compute(tone, power=exponent, log='db', log_floor=floor, **options)
        torch.testing.assert_close(decibel[:, 8], torch.full((4,), 30.103))
        torch.testing.assert_close(decibel[:, 20], torch.full((4,), -40.0))
    normalized = compute(tone, power=1.0, log=None, mean=2.0, std=15.0, **options)
    torch.testing.assert_close(normalized[:, 8], torch.full((4,), 2.0))


@pytest.mark.parametrize(
    'options, sums',
    [
        ({}, [2.0, 4.0]),
        (dict(remove_mean=True), [1.0, 1.0]),  # The mean is 0.75: -1 and 1.
        (dict(detrend=True), [0.0, 0.0]),
        (dict(clip_waveform=(-2, 1)), [1.0, 4.0]),
        (dict(rms=10 * 3**0.5), [20.0, 40.0]),  # It was sqrt(24 / 8).
        # 3 - 1.5, 1 - 1.5, -3 - 0.5, 1 + 1.5 and four times 0.5.
        (dict(preemphasis=0.5), [0.0, 2.0]),
    ],
)
def test_waveform_options_by_hand(options, sums):
    wave = [3.0, 1.0, -3.0, 1.0, 1.0, 1.0, 1.0, 1.0]
    output = compute(wave, **SUMS, **options)[:, 0]
    torch.testing.assert_close(output, torch.tensor(sums), rtol=1e-5, atol=1e-6)


def test_edges_by_hand():
    wave = [1.0, 2.0, 4.0, 8.0, 16.0]
    assert compute(wave, **SUMS)[:, 0].tolist() == [15.0]
    centred = {**SUMS, 'pad_mode': 'constant'}
    assert compute(wave, **centred)[:, 0].tolist() == [3.0, 28.0]
    assert compute(wave, pad_to_hop=True, **centred)[:, 0].tolist() == [3, 28, 0]
    reflected = {**SUMS, 'pad_mode': 'reflect'}  # 4 2 | 1 2 4 8 16 | 8 4
    assert compute(wave, **reflected)[:, 0].tolist() == [9.0, 36.0]


def test_lengths_in_seconds_follow_the_sample_rate():
    seconds = dict(win_length=0.025, hop_length=0.01)
    high = SpectrogramOptions(sample_rate=44100, **seconds)
    assert (high.window_size, high.hop_size, high.fft_size) == (1102, 441, 2048)
    low = SpectrogramOptions(**seconds)
    assert (low.window_size, low.hop_size, low.fft_size) == (400, 160, 512)


@pytest.mark.parametrize(
    'options, message',
    [
        (
            dict(preset='umt'),
            'unknown spectrogram preset .umt.*umt_vggsound, mm',
        ),
        (dict(nmels=80), 'unknown spectrogram option.*nmels.*n_mels'),
        (dict(window='han'), "window must be one of.*'hann'.*got 'han'"),
        (dict(pad_mode='edge'), 'pad_mode must be one of'),
        (dict(mel_scale='mel'), 'mel_scale must be one of'),
        (dict(mel_norm='area'), 'mel_norm must be one of'),
        (dict(log='log'), "log must be one of.*'add'"),
        (dict(win_length=25.0), 'win_length must be.*seconds as a float.*got 25.0'),
        (dict(hop_length=0), 'hop_length must be.*at least 1'),
        (dict(n_fft=256), 'n_fft must be at least win_length'),
        (dict(std=0.0), 'std must be above 0'),
        (dict(n_mels=0), 'n_mels must be above 0'),
        (dict(clamp=(1, 0)), 'clamp must be .lowest, highest.'),
        (dict(power=1.0, density=True), 'power must be 2 with density'),
        (dict(preset='mmaction2', sample_rate=8000), 'f_max must be.*4000.*got 7600'),
        (dict(mel_scale='kaldi', mel_norm='slaney'), 'mel_norm must be None'),
        (dict(n_mels=40, freq_mask=41), 'freq_mask must be 0 to 40'),
        (dict(time_mask=-1), 'time_mask must be 0 or more'),
    ],
)
def test_impossible_options_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        SpectrogramPreprocessor(**options)
