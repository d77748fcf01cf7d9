"""Sample single frames at a rate in seconds."""

import numpy as np
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform

from .clock import frame_rate


@TRANSFORMS.register_module()
class SampleFramesPerSecond(BaseTransform):
    """Choose some of the frames that lie ``1 / rate`` seconds apart.

    The published codes for CREMA-D and AVE extract pictures at one frame per second
    and choose a few of them; this chooses the same few from the video itself.

    Required keys: ``total_frames``, ``start_index`` and a frame rate (``avg_fps`` of
    a reader, or ``fps``). Added keys: ``frame_inds`` of shape (num_frames,),
    ``clip_len`` (1), ``num_clips`` (``num_frames``), ``frame_interval``.

    Args:
        rate (float): Candidates per second, from the beginning of the video or
            segment. Defaults to 1.0.
        num_frames (int): Frames to choose: in training at random and, where there are
            enough, all different; in a test evenly spread. Defaults to 3.
        test_mode (bool): Defaults to False.

    Raises:
        ValueError: If an argument is not positive, or the frame rate is not known.
    """

    def __init__(
        self, rate: float = 1.0, num_frames: int = 3, test_mode: bool = False
    ) -> None:
        if rate <= 0 or num_frames < 1:
            raise ValueError(
                'rate (per second) and num_frames must be positive, but got '
                f'{rate} and {num_frames}'
            )
        self.rate = rate
        self.num_frames = num_frames
        self.test_mode = test_mode

    def transform(self, results: dict) -> dict:
        """Choose frames."""
        total = int(results['total_frames'])
        # A video of fewer frames than `rate` has no more to choose from.
        step = max(frame_rate(results) / self.rate, 1.0)
        candidates = np.floor(np.arange(0, total, step) + 0.5).astype(np.int32)
        candidates = candidates[candidates < total]
        chosen = candidates[self._choose(len(candidates))]
        results['frame_inds'] = (chosen + results['start_index']).astype(np.int32)
        results['clip_len'] = 1
        results['num_clips'] = self.num_frames
        results['frame_interval'] = round(step)
        return results

    def _choose(self, count: int) -> np.ndarray:
        wanted = self.num_frames
        if self.test_mode:
            # The middles of as many equal parts.
            return (np.arange(wanted) * 2 + 1) * count // (2 * wanted)
        if wanted <= count:
            return np.sort(np.random.choice(count, wanted, replace=False))
        repeated = np.random.choice(count, wanted - count)
        return np.sort(np.concatenate([np.arange(count), repeated]))

    def __repr__(self) -> str:
        """Name the arguments."""
        return (
            f'{type(self).__name__}(rate={self.rate}, num_frames={self.num_frames}, '
            f'test_mode={self.test_mode})'
        )
