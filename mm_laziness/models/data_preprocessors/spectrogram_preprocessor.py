"""Waveforms to spectrograms on the model's device."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from mmaction.models.data_preprocessors import ActionDataPreprocessor
from mmaction.registry import MODELS
from torch import Tensor

from . import spectrogram_functional as functional
from .spectrogram_options import SpectrogramOptions


@MODELS.register_module()
class SpectrogramPreprocessor(ActionDataPreprocessor):
    """Turn a batch of waveforms into spectrograms on the model's device.

    A sub-preprocessor of MMAction2's ``MultiModalDataPreprocessor``, or the
    ``data_preprocessor`` of a recognizer that hears only. It holds no state and
    computes in float32 under autocast as well. A model cast with ``.half()`` or
    ``.bfloat16()`` leaves it, and what it returns, in float32: logarithms of
    quiet bins need that range. Run such a model under autocast.

    Args:
        preset (str, optional): A key of :data:`PRESETS`. Defaults to None, the
            defaults of :class:`SpectrogramOptions`.
        **options: Any field of :class:`SpectrogramOptions`; it replaces the
            preset's.

    Raises:
        ValueError: If the preset or an option is unknown or impossible.

    Example:
        >>> data_preprocessor = dict(
        ...     type='MultiModalDataPreprocessor',
        ...     preprocessors=dict(
        ...         audio=dict(
        ...             type='SpectrogramPreprocessor',
        ...             preset='mmaction2',
        ...             freq_mask=16,
        ...             time_mask=24)))
    """

    window: Tensor
    bin_weights: Tensor | None
    filter_bank: Tensor | None

    def __init__(self, preset: str | None = None, **options: Any) -> None:
        """Build the window and the filter bank."""
        super().__init__()
        self.options = SpectrogramOptions.from_preset(preset, **options)
        window = functional.make_window(self.options.window, self.options.window_size)
        bin_weights = functional.make_bin_weights(self.options, window)
        filter_bank = functional.make_filter_bank(self.options)
        self.register_buffer('window', window, persistent=False)
        self.register_buffer('bin_weights', bin_weights, persistent=False)
        self.register_buffer('filter_bank', filter_bank, persistent=False)

    @property
    def sample_rate(self) -> int:
        """Sample rate in Hz that the waveforms must have."""
        return self.options.sample_rate

    def output_size(self, num_samples: int) -> tuple[int, int]:
        """Return (T, F) for clips of ``num_samples``.

        Raises:
            ValueError: If the clips are too short for a frame or its padding.
        """
        options = self.options
        appended, left, right = functional.edge_padding(options, num_samples)
        padded = num_samples + appended + left + right
        reflected = left if options.pad_mode == 'reflect' else 0
        if num_samples < 1 or num_samples + appended <= reflected:
            shortest = reflected + 1
        elif padded < options.window_size:
            shortest = options.window_size
        else:
            frames = (padded - options.window_size) // options.hop_size + 1
            return options.num_frames or frames, options.num_bins
        raise ValueError(
            f'clips of {num_samples} samples are too short for a spectrogram with '
            f'frames of {options.window_size}: give at least {shortest} (a larger '
            'clip_seconds of LoadAudioClips) or set a smaller win_length'
        )

    def preprocess(
        self,
        inputs: Sequence[Tensor] | Tensor,
        data_samples: Any,
        training: bool = False,
    ) -> tuple[Tensor, Any]:
        """Compute the batch's spectrograms.

        Args:
            inputs (sequence[Tensor]): N waveforms (num_clips, samples) of one
                shape, floating point.
            data_samples: Returned as they are.
            training (bool): Whether to apply SpecAugment.

        Returns:
            tuple: Spectrograms (N, num_clips, 1, T, F), float32, and the samples.

        Raises:
            ValueError: If the waveforms do not fit together or are too short.
        """
        waveforms = self._stack(inputs)
        with torch.autocast(waveforms.device.type, enabled=False):
            spectrograms = self._compute(waveforms)
            if training:
                spectrograms = functional.spec_augment(
                    spectrograms, self.options.freq_mask, self.options.time_mask
                )
        return spectrograms.unsqueeze(2), data_samples

    def _stack(self, inputs: Sequence[Tensor] | Tensor) -> Tensor:
        """Return (N, num_clips, samples), float32, on the buffers' device."""
        shapes = sorted({tuple(waveform.shape) for waveform in inputs})
        if len(shapes) != 1:
            # Stock MMAction2 would zero-pad them silently, up to the longest.
            raise ValueError(
                'waveforms of a batch must have one shape (num_clips, samples), but '
                f'got {shapes or "no waveform"}; let LoadAudioClips cut all clips to '
                'the same clip_seconds, and sample as many clips of each video'
            )
        if len(shapes[0]) != 2 or not inputs[0].is_floating_point():
            raise ValueError(
                'a waveform must be floating point in [-1, 1] of shape (num_clips, '
                f'samples), but got {inputs[0].dtype} of shape {shapes[0]}; '
                'LoadAudioClips gives that'
            )
        self.output_size(shapes[0][1])
        return torch.stack(tuple(inputs)).to(self.window.device, torch.float32)

    def _compute(self, waveforms: Tensor) -> Tensor:
        """Map (..., samples) to (..., T, F)."""
        options = self.options
        waveforms = functional.prepare_waveforms(waveforms, options)
        spectrum = functional.short_time_spectrum(waveforms, self.window, options)
        if self.bin_weights is not None:
            spectrum = spectrum * self.bin_weights
        if self.filter_bank is not None:
            spectrum = spectrum @ self.filter_bank
        spectrogram = functional.compress(spectrum, options)
        spectrogram = functional.fix_num_frames(spectrogram, options)
        return functional.normalize(spectrogram, options)

    def _apply(
        self, fn: Callable[[Tensor], Tensor], recurse: bool = True
    ) -> 'SpectrogramPreprocessor':
        """Follow the model to its device, never to its dtype."""
        return super()._apply(lambda tensor: tensor.to(fn(tensor).device), recurse)
