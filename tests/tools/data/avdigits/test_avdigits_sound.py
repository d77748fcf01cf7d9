"""The mixture, with words whose samples are known."""

import numpy as np
from sound import coloured_noise, mix_sound

WORD = np.full(4000, 0.25, np.float32)


def say(utterances):
    """Speak a constant for the word, and nothing audible for the other one."""
    return [WORD, np.array([1e-9] * 4000, np.float32)][: len(utterances)]


def test_length_peak_onset_and_choice():
    sound, choice = mix_sound(4, ['m1', 'f1'], say, np.random.default_rng(0))
    assert sound.shape == (32000,) and sound.dtype == np.float32
    np.testing.assert_allclose(np.abs(sound).max(), 0.8, rtol=1e-6)
    assert choice.word.word == 'four' and choice.other.word != 'four'
    first = round(choice.onset * 16000)
    inside = np.mean(sound[first : first + 4000])
    outside = np.delete(sound, np.arange(first, first + 4000))
    assert inside > 10 * abs(outside.mean())


def test_disturbance_has_the_power_that_was_drawn():
    """The same clip twice, with and without its word: the rest is disturbance."""
    for seed in range(8):
        mixed, choice = mix_sound(1, ['m1'], say_tones, np.random.default_rng(seed))
        assert 5 <= choice.snr <= 20
        first = round(choice.onset * 16000)
        time = np.arange(4000) / 16000
        # The 1 kHz tone has unit power before scaling; find the scale by projection.
        tone = np.sqrt(2) * np.sin(2 * np.pi * 1000 * time)
        scale = mixed[first : first + 4000] @ tone / 4000
        rest = mixed / scale
        rest[first : first + 4000] -= tone
        # The noise fills 2 s, the other word a quarter of a second: equal powers p
        # where each sounds give p * (1 + 1 / 8) over the whole clip.
        measured = 10 * np.log10(9 / 8 / 2 / np.mean(rest**2))
        assert abs(measured - choice.snr) < 1


def say_tones(utterances):
    time = np.arange(4000) / 16000
    return [np.sin(2 * np.pi * hertz * time) for hertz in (1000, 7000)]


def test_the_other_word_is_never_the_word():
    for seed in range(50):
        _, choice = mix_sound(0, ['m1'], say, np.random.default_rng(seed))
        assert choice.other.word != 'zero'


def test_noise_falls_with_frequency_as_asked():
    for exponent in (0.0, 0.8):
        rng = np.random.default_rng(0)
        power = np.abs(np.fft.rfft(coloured_noise(exponent, rng))) ** 2
        low, high = power[100:200].mean(), power[10000:12000].mean()
        # Bands around 147 and 10 970 (geometric centres would be 141, 10 954).
        expected = (10970 / 147) ** exponent
        assert abs(np.log(low / high / expected)) < 0.35


def test_words_longer_than_the_clip_are_cut():
    def long_words(utterances):
        return [np.ones(40000), np.ones(40000)]

    sound, choice = mix_sound(2, ['m1'], long_words, np.random.default_rng(0))
    assert sound.shape == (32000,) and choice.onset == 0
