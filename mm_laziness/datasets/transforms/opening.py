"""Open a video, or a folder of its frames, for the same decoder."""

import os.path as osp
from typing import Any

import numpy as np
from mmaction.datasets.transforms import DecordInit
from mmaction.registry import TRANSFORMS

from .pictures import PictureError, picture_numbers, read_picture, storage


@TRANSFORMS.register_module()
class OpenFrames(DecordInit):
    """``DecordInit`` that takes a folder of frames for a video, too.

    A folder is read by the data set's ``filename_tmpl``; its frames are counted on
    disk, and its frame rate is the data set's ``fps``, which only what follows in
    seconds needs. ``DecordDecode`` decodes either.

    Required keys: ``filename``, and ``filename_tmpl`` for a folder. Added keys:
    ``video_reader``, ``total_frames``, ``avg_fps`` (None if not known). Modified key:
    ``start_index``, 0 as for any reader.

    Args:
        num_threads (int): Threads that decode a video. Defaults to 1.
        backend_args (dict, optional): MMEngine's storage backend, such as
            ``dict(backend='petrel')``. Defaults to local files.

    Raises:
        OSError: If there is neither a video nor a folder with such frames.
    """

    def __init__(self, num_threads: int = 1, backend_args: dict | None = None) -> None:
        backend = (backend_args or {}).get('backend', 'local')
        super().__init__(backend, num_threads)
        self.backend_args = backend_args
        # Made at the first use: backends need not survive the way to a worker.
        self.file_client: Any = None

    def transform(self, results: dict) -> dict:
        """Open the file or folder."""
        if self.file_client is None:
            self.file_client = storage(self.backend_args)
        path, cache = results['filename'], results.get('cache')
        settings = results.get('filename_tmpl'), results.get('fps')
        if cache:
            variant = settings if self._is_folder(path) else ()
            reader = cache.video(path, lambda: self._open(path, *settings), variant)
        else:
            reader = self._open(path, *settings)
        total = len(reader)
        if 'frame_inds' not in results and self._is_folder(path):
            # The annotation may use fewer, for example as many as there is flow.
            total = min(results.get('total_frames', total), total)
        results.update(
            video_reader=reader,
            total_frames=total,
            avg_fps=reader.get_avg_fps(),
            start_index=0,
        )
        return results

    def _open(self, path: str, template: Any, fps: Any) -> Any:
        if self._is_folder(path):
            return FrameFolder(path, template, fps, self.file_client)
        if not osp.splitext(path)[1] and not self._exists(f'{path}.mp4'):
            raise FileNotFoundError(
                f'{path} is neither a video file nor a folder of frames'
            )
        return self._get_video_reader(path)

    def _is_folder(self, path: str) -> bool:
        return getattr(_client(self.file_client), 'isdir', osp.isdir)(path)

    def _exists(self, path: str) -> bool:
        # A backend that cannot tell will when the file is read.
        return getattr(_client(self.file_client), 'exists', lambda _: True)(path)

    def __repr__(self) -> str:
        """Name the arguments."""
        return (
            f'{type(self).__name__}(num_threads={self.num_threads}, '
            f'backend_args={self.backend_args})'
        )


def _client(files: Any) -> Any:
    return getattr(files, 'client', files)


class FrameFolder:
    """Frames in a folder behind the interface of ``decord.VideoReader``.

    Args:
        folder (str): The folder.
        template (str): Names of the frames, such as ``'img_{:05}.jpg'``.
        fps (float, optional): Frames per second.
        files (object): What :func:`storage` gives.
    """

    def __init__(
        self, folder: str, template: str, fps: float | None, files: Any
    ) -> None:
        self._folder, self._template, self._fps = folder, template, fps
        self._files = files
        self._numbers = picture_numbers(files, folder, template)

    def __len__(self) -> int:
        """Number of frames on disk."""
        return len(self._numbers)

    def get_avg_fps(self) -> float | None:
        """Frames per second; None if not known."""
        return self._fps

    def get_frame_timestamp(self, indices: np.ndarray) -> np.ndarray:
        """Start and end of each frame, of shape (len(indices), 2), in seconds.

        Raises:
            ValueError: If the frame rate is not known.
        """
        if not self._fps:
            raise ValueError(
                f'the frame rate of {self._folder} is not known: set fps of the data '
                'set'
            )
        starts = np.asarray(indices)[:, None] / self._fps
        return np.concatenate([starts, starts + 1 / self._fps], axis=1)

    def get_batch(self, indices: np.ndarray) -> 'Frames':
        """Read the frames at ``indices``, each file once.

        Raises:
            PictureError: If they are of several sizes, or one is no picture.
        """
        wanted, order = np.unique(np.asarray(indices), return_inverse=True)
        pictures = [self._read(self._numbers[index]) for index in wanted]
        sizes = {picture.shape[:2] for picture in pictures}
        if len(sizes) > 1:
            raise PictureError(
                f'{self._folder} holds frames of several sizes (height, width), '
                f'{sorted(sizes)[:3]}; extract them again'
            )
        return Frames(np.stack(pictures)[order.ravel()])

    def _read(self, number: int) -> np.ndarray:
        path = osp.join(self._folder, self._template.format(number))
        return read_picture(self._files, path)


class Frames:
    """Pictures in memory as ``decord`` hands them over.

    Args:
        frames (ndarray): Of shape (T, H, W, 3), uint8.
    """

    def __init__(self, frames: np.ndarray) -> None:
        self._frames = frames

    def asnumpy(self) -> np.ndarray:
        """The pictures, of shape (T, H, W, 3)."""
        return self._frames
