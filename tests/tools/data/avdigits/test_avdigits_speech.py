"""espeak-ng in its own process: the same word is always the same sound."""

import time

import numpy as np
import pytest
from plan import WORDS
from speech import MissingSpeechError, Speaker, Utterance, choose_utterance, find_voices

SEVEN = Utterance('seven', 'en-us+m1', pitch=50, rate=175, range=50)
# Voices with flutter, noise and echo, whose state lives on in the library.
OTHERS = [
    Utterance('two', 'en-029+whisper', 20, 230, 30),
    Utterance('nine', 'en-us-nyc+klatt5', 80, 130, 70),
]


def test_every_fourth_voice_is_for_testing_only():
    pytest.importorskip('espeakng_loader')
    voices = find_voices()
    assert not set(voices['train']) & set(voices['test'])
    assert voices == find_voices()
    both = sorted(voices['train'] + voices['test'])
    assert len(both) > 90
    assert voices['test'] == both[3::4]


def test_a_word_does_not_depend_on_what_was_said_before(speaker):
    (alone,) = speaker.say([SEVEN])
    others = speaker.say(OTHERS)
    np.testing.assert_array_equal(speaker.say([SEVEN])[0], alone)
    # Left to itself, the library seeds its noise with the time in whole seconds.
    time.sleep(1.1)
    fresh = Speaker()
    try:
        for word, again in zip(others, fresh.say(OTHERS), strict=True):
            np.testing.assert_array_equal(word, again)
        np.testing.assert_array_equal(fresh.say([SEVEN])[0], alone)
    finally:
        fresh.close()


def test_words_are_trimmed_speech_at_16_khz(speaker):
    words = speaker.say([Utterance(word, 'en-us+f2', 50, 150, 50) for word in WORDS])
    for wave in words:
        assert wave.dtype == np.float32
        assert 0.2 < len(wave) / 16000 < 1.2
        assert 0.02 < np.sqrt(np.mean(wave**2)) < 0.5
        # The silence around the word has gone.
        assert np.abs(wave[:160]).max() > 0.005 * np.abs(wave).max()
    sizes = {len(wave) for wave in words}
    assert len(sizes) > 5  # ten different words, not one


def test_parameters_change_the_voice(speaker):
    rates = [Utterance('seven', 'en-us+m1', 50, rate, 50) for rate in (130, 239)]
    slow, fast = speaker.say(rates)
    assert len(slow) > 1.2 * len(fast)
    low, high = (
        speaker.say([Utterance('nine', 'en-us+f2', pitch, 130, 20)])[0]
        for pitch in (15, 85)
    )
    assert fundamental(high) > 1.7 * fundamental(low)


def fundamental(wave):
    """Return the pitch of the whole word in Hz, from its autocorrelation."""
    power = np.abs(np.fft.rfft(wave, 2 * len(wave))) ** 2
    lags = np.fft.irfft(power)[: len(wave)]
    shortest, longest = 16000 // 350, 16000 // 90
    return 16000 / (shortest + lags[shortest:longest].argmax())


def test_unknown_voice_is_an_error_and_the_next_word_is_right(speaker):
    (expected,) = speaker.say([SEVEN])
    with pytest.raises(ValueError, match='says nothing for .*xx-none'):
        speaker.say([Utterance('one', 'xx-none', 50, 175, 50), *OTHERS])
    np.testing.assert_array_equal(speaker.say([SEVEN])[0], expected)


def test_choices_stay_in_their_ranges():
    rng = np.random.default_rng(0)
    drawn = [choose_utterance('six', ['a', 'b'], rng) for _ in range(2000)]
    for name, low, high in (
        ('pitch', 15, 85),
        ('rate', 130, 239),
        ('range', 20, 79),
    ):
        values = {getattr(utterance, name) for utterance in drawn}
        assert (min(values), max(values)) == (low, high)
    assert len({utterance.voice for utterance in drawn}) == 7 * 2


def test_missing_extra_says_what_to_install(without_espeak):
    for start in (find_voices, Speaker):
        with pytest.raises(MissingSpeechError, match='pip install espeakng-loader'):
            start()


def test_broken_data_is_an_error(monkeypatch, tmp_path):
    loader = pytest.importorskip('espeakng_loader')
    monkeypatch.setattr(loader, 'get_data_path', lambda: str(tmp_path / 'none'))
    with pytest.raises(MissingSpeechError, match='does not start'):
        Speaker()
