"""Two seconds of sound: a digit word under noise and another word."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from plan import WORDS
from speech import SAMPLE_RATE, Utterance, choose_utterance

SECONDS = 2
LENGTH = SECONDS * SAMPLE_RATE
PEAK = 0.8


@dataclass(frozen=True)
class SoundChoice:
    """What a clip says: the word, the word that disturbs it, and the level.

    ``onset`` is in seconds; ``snr`` is in dB: the power of the word over that of
    noise and other word together, which are equally strong.
    """

    word: Utterance
    other: Utterance
    onset: float
    snr: float


def mix_sound(
    digit: int,
    voices: list[str],
    say: Callable[[Sequence[Utterance]], list[np.ndarray]],
    rng: np.random.Generator,
) -> tuple[np.ndarray, SoundChoice]:
    """Make the sound of one clip.

    Args:
        digit: The digit to say.
        voices: The voice variants that may speak.
        say: Turns utterances into samples at 16 kHz.
        rng: The clip's random stream.

    Returns:
        tuple: float32 samples (32000,) and what was mixed.
    """
    other_digit = (digit + int(rng.integers(1, len(WORDS)))) % len(WORDS)
    word = choose_utterance(WORDS[digit], voices, rng)
    other = choose_utterance(WORDS[other_digit], voices, rng)
    snr = float(rng.uniform(5, 20))

    spoken, spoken_other = say([word, other])
    sound, onset = _place(_unit_power(spoken), rng)
    disturbance, _ = _place(_unit_power(spoken_other), rng)
    disturbance += _unit_power(coloured_noise(rng.uniform(0, 0.8), rng))
    sound += 10 ** (-snr / 20) / np.sqrt(2) * disturbance
    sound *= PEAK / np.abs(sound).max()
    return sound.astype(np.float32), SoundChoice(word, other, onset / SAMPLE_RATE, snr)


def coloured_noise(exponent: float, rng: np.random.Generator) -> np.ndarray:
    """Return Gaussian noise (32000,) whose power falls as 1 / f^exponent."""
    spectrum = np.fft.rfft(rng.standard_normal(LENGTH))
    spectrum *= np.maximum(np.arange(len(spectrum)), 1) ** (-exponent / 2)
    return np.fft.irfft(spectrum, LENGTH)


def _place(word: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, int]:
    """Put a word at a random onset in two seconds of silence."""
    word = word[:LENGTH]
    onset = int(rng.integers(LENGTH - len(word), endpoint=True))
    sound = np.zeros(LENGTH)
    sound[onset : onset + len(word)] = word
    return sound, onset


def _unit_power(sound: np.ndarray) -> np.ndarray:
    return sound / np.sqrt(np.mean(np.square(sound, dtype=np.float64)))
