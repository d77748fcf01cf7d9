"""Stock transforms that change or hide what they are given."""

import os.path as osp
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import cv2
import mmcv
import numpy as np


def mend_transforms() -> None:
    """Mend ``Flip`` of flow, ``ColorJitter``, and what is said about broken pictures.

    MMAction2 1.2.0 expects the flow of x and y as pictures of their own, but its
    ``RawFrameDecode`` gives pictures of two channels, so that a flip inverts both
    channels of every other picture, and a lazy flip none at all. ``ColorJitter`` adds
    to 8 bits what they cannot hold, which is an error on numpy 2 for a negative hue and
    wraps around for a large one. ``RawFrameDecode`` and ``ImageDecode`` do not say
    which file is no picture.
    """
    # Not before the stand-in for what the wheel lacks: these import MMAction2.
    from mmaction.datasets.transforms import (
        ColorJitter,
        Flip,
        Fuse,
        ImageDecode,
        RawFrameDecode,
    )

    if not hasattr(Flip._flip_imgs, '__wrapped__'):
        Flip._flip_imgs = _flip_channels(Flip._flip_imgs)
        Fuse.transform = _invert_fused(Fuse.transform)
    ColorJitter.adjust_hue = staticmethod(adjust_hue)
    for decode in (RawFrameDecode, ImageDecode):
        if not hasattr(decode.transform, '__wrapped__'):
            decode.transform = _naming_the_file(decode.transform)


def _flip_channels(flip_imgs: Callable) -> Callable:
    @wraps(flip_imgs)
    def wrapper(self, imgs: Any, modality: str) -> Any:
        if modality != 'Flow' or np.ndim(imgs[0]) != 3:
            return flip_imgs(self, imgs, modality)
        return _invert_x(flip_imgs(self, imgs, 'RGB'))

    return wrapper


def _invert_fused(transform: Callable) -> Callable:
    @wraps(transform)
    def wrapper(self, results: dict) -> dict:
        flipped = results.get('lazy', {}).get('flip')
        results = transform(self, results)
        if flipped and results['modality'] == 'Flow':
            _invert_x(results['imgs'])
        return results

    return wrapper


def _invert_x(imgs: Any) -> Any:
    """Motion to the left becomes motion to the right."""
    for img in imgs:
        img[..., 0] = 255 - img[..., 0]
    return imgs


def adjust_hue(img: np.ndarray, factor: float) -> np.ndarray:
    """Shift the hue of a picture, around its circle.

    Args:
        img (ndarray): RGB in 0 to 255, of shape (H, W, 3).
        factor (float): Shift, in units of 255 of OpenCV's 180 steps of hue, as in
            MMAction2.

    Returns:
        ndarray: float32, of the same shape.
    """
    img = np.clip(img, 0, 255).astype(np.uint8)
    hsv = cv2.cvtColor(img, cv2.COLOR_RGB2HSV)
    hue = (hsv[..., 0].astype(np.int32) + int(factor * 255)) % 180
    hsv[..., 0] = hue.astype(np.uint8)
    return cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB).astype(np.float32)


def _naming_the_file(transform: Callable) -> Callable:
    from mmaction.datasets.transforms import RawFrameDecode

    @wraps(transform)
    def wrapper(self, results: dict) -> dict:
        error: Exception | None = None
        try:
            decoded = transform(self, results)
            if all(img is not None for img in decoded['imgs']):
                return decoded
        # No word about what a picture holds: a missing file, an unknown modality.
        except (OSError, NotImplementedError):
            raise
        # Whatever OpenCV or numpy say about a picture that is none.
        except Exception as caught:
            error = caught
        for path in _paths(results, isinstance(self, RawFrameDecode)):
            content = self.file_client.get(path)
            if not content or mmcv.imfrombytes(content) is None:
                raise OSError(
                    f'{path} ({len(content)} bytes) is not a picture'
                ) from error
        raise error or ValueError('pictures were decoded to nothing')

    return wrapper


def _paths(results: dict, in_folder: bool) -> Iterator[str]:
    """The files that were to be decoded."""
    if not in_folder:
        yield results['filename']
        return
    axes = [('x',), ('y',)] if results['modality'] == 'Flow' else [()]
    for number in np.ravel(results['frame_inds']) + results.get('offset', 0):
        for axis in axes:
            name = results['filename_tmpl'].format(*axis, number)
            yield osp.join(results['frame_dir'], name)
