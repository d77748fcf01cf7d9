"""The settings of a spectrogram, checked, and the sizes that follow from them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from .spectrogram_presets import PRESETS

CHOICES: dict[str, tuple[str | None, ...]] = {
    'window': ('hann', 'hamming', 'hanning', 'povey', 'sine', 'tukey', 'rectangular'),
    'pad_mode': ('constant', 'reflect', None),
    'mel_scale': ('htk', 'slaney', 'kaldi'),
    'mel_norm': ('slaney', None),
    'log': ('add', 'clamp', 'db', None),
}


@dataclass(frozen=True)
class SpectrogramOptions:
    """What turns a waveform into a spectrogram, in the order it is applied.

    Args:
        sample_rate (int): Of the waveforms, in Hz.
        clip_waveform (tuple, optional): Lowest and highest sample kept.
        remove_mean (bool): Subtract each clip's mean.
        rms (float, optional): Scale each clip to this root mean square.
        win_length (int or float): Frame length, samples (int) or seconds (float).
        hop_length (int or float): Frame shift, samples (int) or seconds (float).
        n_fft (int, optional): Defaults to the power of two at or above the frame.
        window (str): Periodic 'hann', 'hamming' or 'tukey' (taper 0.25);
            symmetric 'hanning' or 'povey' (Kaldi's); 'sine'; 'rectangular'.
        pad_mode (str, optional): Frame ``t`` is centred on sample ``t * hop`` by
            padding both edges ('constant' or 'reflect'); None: whole frames only.
        pad_to_hop (bool): First append zeros up to a multiple of the hop.
        detrend (bool): Subtract each frame's mean.
        preemphasis (float): Coefficient, applied within each frame. 0 is off.
        power (float): 1 for magnitude, 2 for power.
        density (bool): Scale to one-sided power spectral density (``power=2``).
        n_mels (int, optional): Mel bins; None keeps the linear ones.
        f_min (float): Lowest mel frequency in Hz.
        f_max (float, optional): Highest, in Hz. Defaults to half the sample rate.
        mel_scale (str): 'htk', 'slaney' or 'kaldi'.
        mel_norm (str, optional): 'slaney' gives every filter the same area.
        log (str, optional): 'add' ``ln(x + log_floor)``; 'clamp'
            ``ln(max(x, log_floor))``; 'db' ``20 / power * log10(max(...))``.
        log_floor (float): The smallest value, for the three above.
        num_frames (int, optional): Cut or pad at the end to so many frames.
        frame_pad_value (float, optional): Value of padded frames, before
            normalization. Defaults to that of silence.
        zscore (bool): Give each clip mean 0 and deviation 1.
        mean (float): Subtracted.
        std (float): Divided by, after ``mean``.
        clamp (tuple, optional): Lowest and highest value of the result.
        freq_mask (int): SpecAugment in training: one band of 0 to
            ``freq_mask - 1`` bins of each clip is set to the clip's mean.
        time_mask (int): The same along time, in frames.

    Raises:
        ValueError: If a value is unknown or contradicts another one.
    """

    sample_rate: int = 16000
    clip_waveform: Sequence[float] | None = None
    remove_mean: bool = False
    rms: float | None = None
    win_length: int | float = 512
    hop_length: int | float = 256
    n_fft: int | None = None
    window: str = 'hann'
    pad_mode: str | None = 'constant'
    pad_to_hop: bool = False
    detrend: bool = False
    preemphasis: float = 0.0
    power: float = 2.0
    density: bool = False
    n_mels: int | None = None
    f_min: float = 0.0
    f_max: float | None = None
    mel_scale: str = 'htk'
    mel_norm: str | None = None
    log: str | None = 'add'
    log_floor: float = 1e-7
    num_frames: int | None = None
    frame_pad_value: float | None = None
    zscore: bool = False
    mean: float = 0.0
    std: float = 1.0
    clamp: Sequence[float] | None = None
    freq_mask: int = 0
    time_mask: int = 0

    @classmethod
    def from_preset(cls, preset: str | None, **overrides: Any) -> 'SpectrogramOptions':
        """Take a preset (None: the defaults) and replace the fields named."""
        if preset is not None and preset not in PRESETS:
            raise ValueError(
                f'unknown spectrogram preset {preset!r}; choose one of '
                f'{", ".join(PRESETS)}, or None and set the fields yourself'
            )
        known = [field.name for field in fields(cls)]
        unknown = sorted(set(overrides) - set(known))
        if unknown:
            raise ValueError(
                f'unknown spectrogram option(s) {", ".join(unknown)}; there are '
                f'preset, {", ".join(known)}'
            )
        return cls(**{**PRESETS.get(preset or '', {}), **overrides})

    def __post_init__(self) -> None:
        """Refuse what cannot work, before any data is read."""
        for name, choices in CHOICES.items():
            value = getattr(self, name)
            self._require(value in choices, name, f'one of {choices}')
        for name in ('win_length', 'hop_length'):
            value = getattr(self, name)
            in_seconds = isinstance(value, float)
            self._require(
                self._to_samples(value) >= 1 and not (in_seconds and value > 1),
                name,
                'samples as an int of at least 1, or seconds as a float up to 1.0',
            )
        self._require(self.fft_size >= self.window_size, 'n_fft', 'at least win_length')
        for name in ('sample_rate', 'power', 'log_floor', 'std'):
            self._require(getattr(self, name) > 0, name, 'above 0')
        for name in ('rms', 'n_mels', 'num_frames'):
            value = getattr(self, name)
            self._require(value is None or value > 0, name, 'above 0, or None')
        for name in ('clip_waveform', 'clamp'):
            value = getattr(self, name)
            ordered = value is None or (len(value) == 2 and value[0] < value[1])
            self._require(ordered, name, '(lowest, highest), or None')
        self._require(not self.density or self.power == 2, 'power', '2 with density')
        nyquist = self.sample_rate / 2
        highest = nyquist if self.f_max is None else self.f_max
        self._require(
            0 <= self.f_min < highest <= nyquist,
            'f_max',
            f'above f_min={self.f_min} and at most half the sample rate, {nyquist}',
        )
        self._require(
            not (self.mel_scale == 'kaldi' and self.mel_norm),
            'mel_norm',
            'None (kaldi)',
        )
        self._require(
            0 <= self.freq_mask <= self.num_bins, 'freq_mask', f'0 to {self.num_bins}'
        )
        self._require(self.time_mask >= 0, 'time_mask', '0 or more')

    def _require(self, condition: bool, name: str, expected: str) -> None:
        if not condition:
            raise ValueError(
                f'spectrogram option {name} must be {expected}, but got '
                f'{getattr(self, name)!r}'
            )

    def _to_samples(self, length: int | float) -> int:
        # Kaldi rounds down; the small term undoes 0.01 * 44100 = 440.99999.
        in_seconds = isinstance(length, float)
        return int(length * self.sample_rate + 1e-6) if in_seconds else int(length)

    @property
    def window_size(self) -> int:
        """Frame length in samples."""
        return self._to_samples(self.win_length)

    @property
    def hop_size(self) -> int:
        """Frame shift in samples."""
        return self._to_samples(self.hop_length)

    @property
    def fft_size(self) -> int:
        """Points of the Fourier transform."""
        return self.n_fft or 2 ** math.ceil(math.log2(self.window_size))

    @property
    def num_bins(self) -> int:
        """Frequencies F of the result."""
        return self.n_mels or self.fft_size // 2 + 1
