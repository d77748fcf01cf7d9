"""Which moments of a video, in seconds, the frame sampler chose."""

import math
from typing import Any

import numpy as np
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform

from .pictures import PictureError


def known_frame_rate(results: dict) -> float | None:
    """Frames per second of the reader's source; None if nothing gives it."""
    # These readers set no `avg_fps`: what stands there is another one's, the clock's.
    reader: Any = results.get('video_reader')
    if hasattr(reader, 'streams'):  # PyAV
        return float(reader.streams.video[0].average_rate)
    if getattr(reader, 'fps', None):  # OpenCV
        return float(reader.fps)
    if results.get('avg_fps'):
        return float(results['avg_fps'])
    if results.get('fps'):
        return float(results['fps'])
    return None


def frame_rate(results: dict) -> float:
    """Frames per second of the reader's source.

    Raises:
        ValueError: If neither the reader nor the data set gives it.
    """
    rate = known_frame_rate(results)
    if rate is not None:
        return rate
    raise ValueError(
        'the frame rate is not known, but what follows the frames in time (sound, '
        'another video, start and end) needs it: open a video with DecordInit or '
        'OpenFrames, or give the rate of extracted frames as fps=... of '
        'MultiModalDataset'
    )


def frame_times(results: dict) -> np.ndarray:
    """Times of the sampled frames, of shape (num_clips, clip_len), in seconds.

    ``SampleFrames`` wraps around at the end of a video that is too short. The times
    go on instead: frames 28, 29, 0, 1 of 30 count as 28, 29, 30, 31.
    """
    total, base = int(results['total_frames']), int(results['start_index'])
    frames = np.asarray(results['frame_inds']).reshape(-1, results['clip_len']) - base
    wraps = np.zeros(frames.shape, dtype=np.int64)
    wraps[:, 1:] = np.cumsum(np.diff(frames, axis=1) < 0, axis=1)
    frames = frames + results.get('first_frame', 0)
    rate = frame_rate(results)
    reader: Any = results.get('video_reader')
    if hasattr(reader, 'get_frame_timestamp'):
        # True time stamps: the frame rate may vary, and a video may begin late.
        times = reader.get_frame_timestamp(frames.ravel())[:, 0].reshape(frames.shape)
    else:
        times = frames / rate
    return times + wraps * (total / rate)


def clock_end(results: dict) -> float:
    """Where the clock's video, or its segment, ends, in seconds."""
    stop = results.get('first_frame', 0) + results['total_frames']
    return stop / frame_rate(results)


def clip_midpoints(results: dict) -> np.ndarray:
    """Midpoint of each clip, of shape (num_clips,), in seconds.

    The midpoint of a clip much longer than its video would lie behind the end, where
    there is no sound; it is moved back to the end.
    """
    times = results.get('frame_times')
    if times is None:
        times = frame_times(results)
    # Branches know the end from PerModality: their own source may have another rate.
    end = results.get('clock_end') or clock_end(results)
    return np.minimum((times[:, 0] + times[:, -1]) / 2, end)


@TRANSFORMS.register_module()
class TrimToSegment(BaseTransform):
    """Restrict frame sampling to the sample's ``start`` and ``end`` (seconds).

    :class:`MultiModalDataset` puts it before the frame sampler when the annotation
    has these columns.

    Required keys: ``total_frames``, ``start_index``, and ``start`` or ``end``.
    Modified keys: ``total_frames``, ``start_index``. Added key: ``first_frame``.
    """

    def transform(self, results: dict) -> dict:
        """Narrow the range that a frame sampler sees.

        Raises:
            PictureError: If the segment holds no frame of the video.
        """
        if 'start' not in results and 'end' not in results:
            return results
        rate, total = frame_rate(results), results['total_frames']
        first = math.floor(results.get('start', 0.0) * rate + 0.5)
        stop = (
            min(math.floor(results.get('end', math.inf) * rate + 0.5), total)
            if ('end' in results)
            else total
        )
        if not 0 <= first < stop:
            raise PictureError(
                f'{results.get("filename")}: the segment {results.get("start", 0)} to '
                f'{results.get("end", "the end")} s holds no frame; the video has '
                f'{total} frames at {rate:.3f} per second'
            )
        results['first_frame'] = first
        results['start_index'] += first
        results['total_frames'] = stop - first
        return results
