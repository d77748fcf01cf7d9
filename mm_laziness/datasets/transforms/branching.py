"""Run one branch of transforms per modality."""

import random
from collections.abc import Sequence

import numpy as np
import torch
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform

from ..faults import ModalityFault, is_file_fault
from .clock import frame_rate, frame_times

# Where stock transforms leave what a model takes in.
PAYLOADS = ('inputs', 'imgs', 'heatmap_imgs', 'audios', 'keypoint')


@TRANSFORMS.register_module()
class PerModality(BaseTransform):
    """Run a branch of ordinary transforms for each modality.

    Every branch works on a shallow copy of ``results`` with its own source's
    ``filename``, ``frame_dir``, ``filename_tmpl`` and MMAction2 ``modality``. A branch
    that opens a reader of its own (a second video) gets the frames nearest in time to
    those of the clock.

    Required keys: what the frame sampler adds, and ``sources`` from
    :class:`MultiModalDataset`. Added keys: ``modalities``, a dict of each branch's
    output, and ``frame_times``. The reader of the clock is dropped.

    Args:
        branches (dict[str, list[dict]]): Transforms by modality.
        share_random (bool | Sequence[str]): Modalities whose branches draw the same
            random numbers, for pictures whose spatial augmentation must agree.
            ``True`` means all. Defaults to ``False``.

    Raises:
        ValueError: If ``share_random`` names an unknown modality, or a branch leaves
            nothing that a model takes in.
        ModalityFault: If a file of a modality cannot be read.

    Example::

        dict(type='PerModality', branches=dict(
            rgb=[dict(type='DecordDecode'), dict(type='Resize', scale=(-1, 256)),
                 dict(type='FormatShape', input_format='NCTHW')],
            audio=[dict(type='LoadAudioClips', sample_rate=16000, clip_seconds=2.)]))
    """

    def __init__(
        self,
        branches: dict[str, list[dict]],
        share_random: bool | Sequence[str] = False,
    ) -> None:
        self.branches = {
            name: [TRANSFORMS.build(step) for step in steps]
            for name, steps in branches.items()
        }
        shared = tuple(branches) if share_random is True else tuple(share_random or ())
        unknown = set(shared) - set(branches)
        if unknown:
            raise ValueError(
                f'share_random names {sorted(unknown)}, but the branches are '
                f'{list(branches)}'
            )
        self.share_random = shared

    def transform(self, results: dict) -> dict:
        """Run the branches of the modalities that are to be loaded."""
        if 'frame_inds' in results:
            results['frame_times'] = frame_times(results)
        wanted = results.get('load_modalities') or tuple(self.branches)
        states = _random_states() if self.share_random else None
        outputs = {}
        for name in wanted:
            if name in self.share_random and states is not None:
                _set_random_states(states)
            outputs[name] = self._run(name, results)
        results['modalities'] = outputs
        results['video_reader'] = None
        return results

    def _run(self, name: str, shared: dict):
        results = shared.copy()
        results.update(shared.get('sources', {}).get(name, {}))
        own_start = results.get('start_index', 0)
        if 'sources' in shared and 'frame_inds' in shared:
            # File names count from 0 or 1 by source; a segment's start stays.
            clock_start = shared['start_index'] - shared.get('first_frame', 0)
            results['frame_inds'] = shared['frame_inds'] - clock_start + own_start
            results['start_index'] = own_start + shared.get('first_frame', 0)
        try:
            for step in self.branches[name]:
                reader = results.get('video_reader')
                results = step(results)
                if results.get('video_reader') not in (None, reader):
                    _follow_clock(results)
        except Exception as error:
            if not is_file_fault(error):
                raise
            path = results.get('filename', '') if results else ''
            raise ModalityFault(name, path, error) from error
        for key in PAYLOADS:
            if key in results and results[key] is not shared.get(key):
                return results[key]
        raise ValueError(
            f'the branch of {name} leaves none of {PAYLOADS}; end a branch of pictures '
            'with FormatShape, a branch of sound with LoadAudioClips'
        )

    def __repr__(self) -> str:
        """Name the branches."""
        return f'{type(self).__name__}(branches={self.branches})'


def _follow_clock(results: dict) -> None:
    """Choose the frames of another reader that are nearest in time to the clock's."""
    frames = np.rint(results['frame_times'] * frame_rate(results)).astype(np.int64)
    frames = np.clip(frames.ravel(), 0, results['total_frames'] - 1)
    results['frame_inds'] = frames.astype(np.int32)


def _random_states() -> tuple:
    return random.getstate(), np.random.get_state(), torch.get_rng_state()


def _set_random_states(states: tuple) -> None:
    random.setstate(states[0])
    np.random.set_state(states[1])
    torch.set_rng_state(states[2])
