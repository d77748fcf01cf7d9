"""The spectrograms that MMAction2's ``tools/data/build_audio_features.py`` is for."""

from functools import lru_cache

import librosa
import numpy as np

from ..transforms.sound import SoundFile

SAMPLE_RATE = 16000
_SIZE, _HOP, _BINS = 512, 256, 80
_RMS, _MIN_RMS = 0.1, 1e-4


def mmaction2_features(waveform: np.ndarray) -> np.ndarray:
    """Log-mel spectrogram in [0, 1], as MMAction2 defines it.

    The waveform is scaled to an RMS of 0.1. MMAction2 takes the spectrum with lws; a
    sine window of 512 samples every 256 and zeros around the sound give the same.
    Decibels from -100 to 0, 20 below the full scale, become 0 to 1.

    Args:
        waveform (np.ndarray): Mono sound at 16 kHz, shape (samples,).

    Returns:
        np.ndarray: float32 of shape (ceil(samples / 256) + 1, 80).

    Raises:
        ValueError: If there is no sample.
    """
    if waveform.ndim != 1 or not len(waveform):
        raise ValueError(
            f'expected a mono waveform (samples,), but got shape {waveform.shape}'
        )
    rms = np.sqrt(np.mean(waveform**2))
    samples = waveform * (_RMS / np.maximum(_MIN_RMS, rms))
    samples = np.pad(samples, (0, -len(samples) % _HOP))
    window = np.sin(np.pi * (np.arange(_SIZE) + 0.5) / _SIZE)
    spectrum = librosa.stft(
        samples,
        n_fft=_SIZE,
        hop_length=_HOP,
        window=window,
        center=True,
        pad_mode='constant',
    )
    mel = _filters() @ np.abs(spectrum)
    decibels = 20 * np.log10(np.maximum(1e-5, mel)) - 20
    return np.clip((decibels + 100) / 100, 0, 1).T.astype(np.float32)


def read_sound(path: str) -> np.ndarray:
    """The whole sound of a media file, mono at 16 kHz, float32.

    Raises:
        OSError: If it has no sound or cannot be decoded.
    """
    with SoundFile(path) as sound:
        waveform = sound.read(0, sound.num_samples)
        rate = sound.rate
    if rate == SAMPLE_RATE:
        return waveform
    return librosa.resample(waveform, orig_sr=rate, target_sr=SAMPLE_RATE)


@lru_cache(maxsize=1)
def _filters() -> np.ndarray:
    return librosa.filters.mel(
        sr=SAMPLE_RATE, n_fft=_SIZE, n_mels=_BINS, fmin=125, fmax=7600
    )
