"""Load stacks of optical flow around the sampled frames."""

import os.path as osp
from collections.abc import Sequence
from string import Formatter
from typing import Any

import numpy as np
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform

from .pictures import PictureError, picture_numbers, read_picture, storage


@TRANSFORMS.register_module()
class LoadFlowStack(BaseTransform):
    """Read consecutive pairs of flow pictures, centred on each sampled frame.

    The flow follows the frames by their index. Its pictures are counted on disk: flow
    usually ends a frame before the video, and the last picture then repeats.

    Two layouts are read. MMAction2's keeps both axes in one folder,
    ``filename_tmpl='flow_{}_{:05}.jpg'``; with Feichtenhofer's the axis is a folder,
    ``data_prefix=dict(flow='tvl1_flow/{}')`` and ``filename_tmpl='frame{:06}.jpg'``.

    Required keys: ``frame_dir``, ``filename_tmpl``, ``modality`` (``'Flow'``) and what
    a frame sampler adds. Added keys: ``imgs``, (num_clips * length) uint8 arrays of
    shape (H, W, 2), x before y; ``img_shape``, ``original_shape``. Modified keys:
    ``clip_len`` and ``num_clips``, so that ``FormatShape(input_format='NCHW')`` gives
    (num_clips, 2 * length, H, W) with the channels x1, y1, x2, y2, ...

    Args:
        length (int): Pairs in a stack. Defaults to 10.
        axes (Sequence[str]): What the files or folders of both axes are called.
            Defaults to ``('x', 'y')``; Feichtenhofer's are ``('u', 'v')``.
        backend_args (dict, optional): MMEngine's storage backend. Defaults to local
            files.

    Raises:
        ValueError: If an argument or the template is of no use.
        OSError: If pictures are missing or broken, or the flow ends more than
            ``length`` frames before the frames do.
    """

    def __init__(
        self,
        length: int = 10,
        axes: Sequence[str] = ('x', 'y'),
        backend_args: dict | None = None,
    ) -> None:
        if length < 1 or len(axes) != 2:
            raise ValueError(
                'length must be positive and axes must name two, x before y, but got '
                f'{length} and {axes}'
            )
        self.length = length
        self.axes = tuple(axes)
        self.backend_args = backend_args
        self._files: Any = None

    def transform(self, results: dict) -> dict:
        """Load one stack per sampled frame."""
        if results.get('modality') != 'Flow':
            raise ValueError(
                'LoadFlowStack needs the modality "Flow", with which stock transforms '
                'know what to flip: call the source "flow"; it is '
                f'{results.get("modality")!r}'
            )
        if self._files is None:
            self._files = storage(self.backend_args)
        numbers = self._numbers(results)
        self._check_count(len(numbers), results)
        first = results['start_index'] - results.get('first_frame', 0)
        centres = np.asarray(results['frame_inds']).ravel() - first
        offsets = np.arange(self.length) - self.length // 2
        indices = np.clip(centres[:, None] + offsets, 0, len(numbers) - 1)
        wanted, order = np.unique(indices, return_inverse=True)
        pairs = [self._pair(results, numbers[index]) for index in wanted]
        # Copies, because stock transforms flip pictures in place.
        imgs = [pairs[index].copy() for index in order.ravel()]
        results['imgs'] = imgs
        results['img_shape'] = results['original_shape'] = imgs[0].shape[:2]
        results['num_clips'], results['clip_len'] = len(centres), self.length
        return results

    def _check_count(self, count: int, results: dict) -> None:
        frames = results.get('first_frame', 0) + int(results['total_frames'])
        if count < frames - self.length:
            raise PictureError(
                f'{count} flow pictures for {frames} frames; extract the flow of all '
                'frames, at the rate of the video'
            )

    def _pair(self, results: dict, number: int) -> np.ndarray:
        paths = [self._path(results, axis, number) for axis in self.axes]
        x, y = (read_picture(self._files, path, 'grayscale') for path in paths)
        if x.shape != y.shape:
            raise PictureError(
                f'{paths[0]} and {paths[1]} have other sizes, {x.shape} and {y.shape}'
            )
        return np.stack([x, y], axis=-1)

    def _numbers(self, results: dict) -> list[int]:
        folder, template = results['frame_dir'], results['filename_tmpl']
        axis = self.axes[0]
        if _fields(template) > 1:
            return picture_numbers(self._files, folder, template, axis)
        return picture_numbers(self._files, folder.format(axis), template)

    def _path(self, results: dict, axis: str, number: int) -> str:
        folder, template = results['frame_dir'], results['filename_tmpl']
        # Only one of them is a template of the axis; the other may hold braces.
        if _fields(template) > 1:
            return osp.join(folder, template.format(axis, number))
        return osp.join(folder.format(axis), template.format(number))

    def __repr__(self) -> str:
        """Name the arguments."""
        return f'{type(self).__name__}(length={self.length}, axes={self.axes})'


def _fields(template: str) -> int:
    return sum(name is not None for _, name, _, _ in Formatter().parse(template))
