"""Load the sound that belongs to the sampled frames."""

import io
import math
from functools import lru_cache, partial

import numpy as np
import torch
import torchaudio
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform

from .clock import clip_midpoints
from .pictures import storage
from .sound import SoundError, SoundFile


@lru_cache(maxsize=16)
def _resampler(rate: int, new_rate: int) -> torch.nn.Module:
    """A resampler whose filter is computed once."""
    return torchaudio.transforms.Resample(rate, new_rate)


@TRANSFORMS.register_module()
class LoadAudioClips(BaseTransform):
    """Decode the sound around each sampled clip, straight from the media file.

    The window of ``clip_seconds`` is centred on the midpoint of the clip's frame times
    and may reach over the ends of the sound. ``.wav`` or ``.flac`` files beside the
    videos are used where a video has no sound stream.

    Required keys: ``filename`` and, unless ``align='segment'``, what the frame sampler
    adds (``frame_inds``, ``clip_len``, ``total_frames``, ``start_index``). Added key:
    ``audios``, a float32 array of shape (num_clips, clip_seconds * sample_rate) in
    [-1, 1], mono.

    Args:
        sample_rate (int): Samples per second of the output, in Hz.
        clip_seconds (float): Length of every window, in seconds.
        pad (str): What stands outside the sound: ``'zero'`` or ``'tile'`` (the sound
            repeats). Defaults to ``'zero'``.
        align (str): ``'clips'``, one window around each clip; or ``'segment'``, one
            for the sample (num_clips is 1), which begins with the sound, or at the
            annotation's ``start``, and takes nothing after its ``end``: with
            ``pad='tile'`` the whole file or segment, repeated. Defaults to
            ``'clips'``.
        backend_args (dict, optional): MMEngine's storage backend, such as
            ``dict(backend='petrel')``; files beside the videos are then not looked
            for. Defaults to local files.

    Raises:
        ValueError: If an argument is out of range.
        OSError: If the file has no sound or it cannot be decoded.
    """

    def __init__(
        self,
        sample_rate: int,
        clip_seconds: float,
        pad: str = 'zero',
        align: str = 'clips',
        backend_args: dict | None = None,
    ) -> None:
        if sample_rate <= 0 or clip_seconds <= 0:
            raise ValueError(
                'sample_rate (Hz) and clip_seconds must be positive, but got '
                f'{sample_rate} and {clip_seconds}'
            )
        if pad not in ('zero', 'tile'):
            raise ValueError(f"pad must be 'zero' or 'tile', but got {pad!r}")
        if align not in ('clips', 'segment'):
            raise ValueError(f"align must be 'clips' or 'segment', but got {align!r}")
        self.sample_rate = sample_rate
        self.clip_seconds = clip_seconds
        self.pad = pad
        self.align = align
        self.backend_args = backend_args
        # No frame sampler is needed to restrict it to the annotation's segment.
        self.reads_segment = align == 'segment'
        self.num_samples = round(clip_seconds * sample_rate)

    def transform(self, results: dict) -> dict:
        """Load one window per clip."""
        if self.align == 'clips' and 'frame_inds' not in results:
            raise ValueError(
                'LoadAudioClips follows the frames that a sampler chose: put '
                "DecordInit and SampleFrames before it, or set align='segment'"
            )
        path, cache = results['filename'], results.get('cache')
        opened = (
            cache.sound(path, lambda: self._open(path)) if cache else self._open(path)
        )
        with opened as sound:
            if self.align == 'segment':
                results['audios'] = self._segment(sound, results)[None]
            else:
                starts = clip_midpoints(results) - self.clip_seconds / 2
                results['audios'] = np.stack([self._window(sound, t) for t in starts])
        return results

    def _open(self, path: str) -> SoundFile:
        if self.backend_args is None:
            return SoundFile(path)
        content = storage(self.backend_args).get(path)
        return SoundFile(path, io.BytesIO(content))

    def _segment(self, sound, results: dict) -> np.ndarray:
        """The sound from ``start`` to ``end``, repeated or padded to the window."""
        start = results.get('start', 0.0)
        stop = min(results.get('end', math.inf), sound.num_samples / sound.rate)
        length = min(round((stop - start) * self.sample_rate), self.num_samples)
        if start < 0 or length <= 0:
            raise SoundError(
                f'the segment {start} to {results.get("end", "the end")} s holds no '
                f'sound; {results["filename"]} has '
                f'{sound.num_samples / sound.rate:.3f} s'
            )
        samples = self._stretch(sound, sound.read, start, length)
        if self.pad == 'tile':
            return np.resize(samples, self.num_samples)
        return np.pad(samples, (0, self.num_samples - length))

    def _window(self, sound, start_seconds: float) -> np.ndarray:
        """One window around a clip."""
        read = partial(self._read, sound)
        return self._stretch(sound, read, start_seconds, self.num_samples)

    def _stretch(self, sound, read, start_seconds: float, length: int) -> np.ndarray:
        """``length`` samples, resampled; starts at the nearest sample of the file."""
        ratio = math.gcd(sound.rate, self.sample_rate)
        step_in, step_out = sound.rate // ratio, self.sample_rate // ratio
        # Whole steps around the window keep the resampling filter off its edges.
        steps = math.ceil(64 / step_in) if sound.rate != self.sample_rate else 0
        start = round(start_seconds * sound.rate) - steps * step_in
        needed = math.ceil(length * step_in / step_out) + 2 * steps * step_in
        samples = read(start, start + needed)
        if sound.rate != self.sample_rate:
            waveform = torch.from_numpy(samples)
            samples = _resampler(sound.rate, self.sample_rate)(waveform).numpy()
        return samples[steps * step_out :][:length]

    def _read(self, sound, start: int, stop: int) -> np.ndarray:
        if self.pad == 'zero' or (start >= 0 and stop <= sound.num_samples):
            return sound.read(start, stop)
        length = sound.num_samples
        if stop - start >= length:
            first = start % length
            repeats = -(-(first + stop - start) // length)
            return np.tile(sound.read(0, length), repeats)[first : first + stop - start]
        first = start % length
        head = sound.read(first, min(first + stop - start, length))
        return np.concatenate([head, sound.read(0, stop - start - len(head))])

    def __repr__(self) -> str:
        """Name the arguments."""
        return (
            f'{type(self).__name__}(sample_rate={self.sample_rate}, '
            f'clip_seconds={self.clip_seconds}, pad={self.pad!r}, '
            f'align={self.align!r})'
        )


@TRANSFORMS.register_module()
class RollAudio(BaseTransform):
    """Shift each window of sound by a random time, around its ends; for training.

    Required and modified key: ``audios`` of shape (num_clips, samples).

    Args:
        max_fraction (float): The largest shift in either direction as a fraction of
            the window. Defaults to 0.5, any shift.
    """

    def __init__(self, max_fraction: float = 0.5) -> None:
        if not 0 < max_fraction <= 0.5:
            raise ValueError(
                f'max_fraction must be in (0, 0.5], but got {max_fraction}'
            )
        self.max_fraction = max_fraction

    def transform(self, results: dict) -> dict:
        """Roll all clips of a sample by the same shift."""
        audios = results['audios']
        reach = int(self.max_fraction * audios.shape[-1])
        shift = np.random.randint(-reach, reach + 1)
        results['audios'] = np.roll(audios, shift, axis=-1)
        return results
