"""The steps from waveforms to spectrograms, as pure functions.

Shapes: waveforms ``(..., samples)``, spectrograms ``(..., T, F)``. Everything
is batched over the leading dimensions, and no value of one clip reaches another.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor
from torchaudio.compliance.kaldi import get_mel_banks
from torchaudio.functional import mask_along_axis_iid, melscale_fbanks

from .spectrogram_options import SpectrogramOptions

# Below any recording's: keeps rounding noise of a constant clip from being
# blown up, and leaves all others exactly as the published division does.
MIN_RMS, MIN_DEVIATION = 1e-4, 1e-3


def make_window(name: str, size: int) -> Tensor:
    """Return the analysis window (size,), float32, computed in float64."""
    steps = torch.arange(size, dtype=torch.float64)
    if name == 'sine':
        window = torch.sin(math.pi * (steps + 0.5) / size)
    elif name == 'tukey':
        from_edge = torch.minimum(steps, size - steps) / (0.125 * size)
        window = 0.5 - 0.5 * torch.cos(math.pi * from_edge.clamp_max(1))
    elif name == 'hamming':
        window = torch.hamming_window(size, dtype=torch.float64)
    elif name == 'rectangular':
        window = torch.ones_like(steps)
    else:
        symmetric = name in ('hanning', 'povey')
        window = torch.hann_window(size, periodic=not symmetric, dtype=torch.float64)
        if name == 'povey':
            window = window**0.85
    return window.float()


def make_bin_weights(options: SpectrogramOptions, window: Tensor) -> Tensor | None:
    """Return what turns power into one-sided density, (bins,), or None."""
    if not options.density:
        return None
    weights = torch.full((options.fft_size // 2 + 1,), 2.0)
    weights[0] = 1.0
    if options.fft_size % 2 == 0:  # Only then is there a Nyquist bin, met once.
        weights[-1] = 1.0
    return weights / (options.sample_rate * window.square().sum())


def make_filter_bank(options: SpectrogramOptions) -> Tensor | None:
    """Return the mel filters (bins, n_mels), or None for linear frequencies."""
    if options.n_mels is None:
        return None
    f_max = options.sample_rate / 2 if options.f_max is None else options.f_max
    if options.mel_scale == 'kaldi':
        filters, _ = get_mel_banks(
            options.n_mels,
            options.fft_size,
            float(options.sample_rate),
            options.f_min,
            f_max,
            vtln_low=100.0,
            vtln_high=-500.0,
            vtln_warp_factor=1.0,
        )
        return F.pad(filters, (0, 1)).T.contiguous()  # Kaldi leaves Nyquist out.
    return melscale_fbanks(
        options.fft_size // 2 + 1,
        options.f_min,
        f_max,
        options.n_mels,
        options.sample_rate,
        norm=options.mel_norm,
        mel_scale=options.mel_scale,
    )


def edge_padding(options: SpectrogramOptions, num_samples: int) -> tuple[int, int, int]:
    """Return the samples to append, then to pad left and right."""
    appended = -num_samples % options.hop_size if options.pad_to_hop else 0
    if options.pad_mode is None:
        return appended, 0, 0
    right = options.window_size // 2
    return appended, options.window_size - right, right


def prepare_waveforms(waveforms: Tensor, options: SpectrogramOptions) -> Tensor:
    """Clip, centre and scale each clip, then pad its edges."""
    if options.clip_waveform is not None:
        waveforms = waveforms.clamp(*options.clip_waveform)
    if options.remove_mean:
        waveforms = waveforms - waveforms.mean(-1, keepdim=True)
    if options.rms is not None:
        rms = waveforms.square().mean(-1, keepdim=True).sqrt()
        waveforms = waveforms * (options.rms / rms.clamp_min(MIN_RMS))
    appended, left, right = edge_padding(options, waveforms.shape[-1])
    if appended:
        waveforms = F.pad(waveforms, (0, appended))
    if options.pad_mode is None:
        return waveforms
    return F.pad(waveforms, (left, right), mode=options.pad_mode)


def short_time_spectrum(
    waveforms: Tensor, window: Tensor, options: SpectrogramOptions
) -> Tensor:
    """Return magnitude or power, (..., T, bins).

    Frames are cut here rather than by ``torch.stft``, which knows neither a
    frame's own mean (SciPy, Kaldi) nor its pre-emphasis (Kaldi).
    """
    frames = waveforms.unfold(-1, options.window_size, options.hop_size)
    if options.detrend:
        frames = frames - frames.mean(-1, keepdim=True)
    if options.preemphasis:
        previous = torch.cat((frames[..., :1], frames[..., :-1]), dim=-1)
        frames = frames - options.preemphasis * previous
    spectrum = torch.fft.rfft(frames * window, n=options.fft_size)
    if options.power == 2:
        # Without the square root, which abs() takes of every complex number.
        return spectrum.real.square() + spectrum.imag.square()
    return spectrum.abs() if options.power == 1 else spectrum.abs() ** options.power


def compress(spectrum: Tensor, options: SpectrogramOptions) -> Tensor:
    """Take the logarithm that the options name, or none."""
    if options.log is None:
        return spectrum
    if options.log == 'add':
        return (spectrum + options.log_floor).log()
    floored = spectrum.clamp_min(options.log_floor)
    if options.log == 'db':
        return floored.log10() * (20 / options.power)
    return floored.log()


def fix_num_frames(spectrogram: Tensor, options: SpectrogramOptions) -> Tensor:
    """Cut or pad the end to ``num_frames``, if that is set."""
    if options.num_frames is None:
        return spectrogram
    value = options.frame_pad_value
    if value is None:
        value = float(compress(torch.zeros(()), options))
    missing = options.num_frames - spectrogram.shape[-2]
    return F.pad(spectrogram, (0, 0, 0, missing), value=value)  # Negative cuts.


def normalize(spectrogram: Tensor, options: SpectrogramOptions) -> Tensor:
    """Apply the clip's own statistics, then the fixed ones, then the range."""
    if options.zscore:
        deviation, mean = torch.std_mean(
            spectrogram, dim=(-2, -1), correction=0, keepdim=True
        )
        spectrogram = (spectrogram - mean) / deviation.clamp_min(MIN_DEVIATION)
    if (options.mean, options.std) != (0, 1):
        spectrogram = (spectrogram - options.mean) / options.std
    if options.clamp is not None:
        spectrogram = spectrogram.clamp(*options.clamp)
    return spectrogram


def spec_augment(spectrogram: Tensor, freq_mask: int, time_mask: int) -> Tensor:
    """Set one random band and one random stretch of each clip to its mean.

    SpecAugment (Park et al., 2019) masks normalized spectrograms with 0, i.e.
    their mean; a plain 0 would be loud where values are logarithms.
    """
    keep = torch.ones_like(spectrogram)
    for axis, width in ((-1, freq_mask), (-2, time_mask)):
        # Wider than the axis, torchaudio would draw negative starts.
        width = min(width, spectrogram.shape[axis])
        keep = mask_along_axis_iid(keep, width, 0.0, axis + keep.ndim)
    mean = spectrogram.mean(dim=(-2, -1), keepdim=True)
    return torch.where(keep > 0, spectrogram, mean)
