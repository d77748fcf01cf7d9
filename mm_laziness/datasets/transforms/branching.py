"""Run one branch of transforms per modality."""

import random
from collections.abc import Sequence

import numpy as np
import torch
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform

from ..faults import ModalityFault, is_file_fault
from .clock import clock_end, frame_rate, frame_times, known_frame_rate
from .loading import LoadAudioClips

# Where stock transforms leave what a model takes in.
PAYLOADS = ('inputs', 'imgs', 'heatmap_imgs', 'audios', 'keypoint')


@TRANSFORMS.register_module()
class PerModality(BaseTransform):
    """Run a branch of ordinary transforms for each modality.

    Every branch works on a shallow copy of ``results`` with its own source's
    ``filename``, ``frame_dir``, ``filename_tmpl`` and MMAction2 ``modality``. A branch
    that opens a reader of its own (a second video) gets the frames nearest in time to
    those of the clock; folders of frames or flow without a reader follow by index.

    Required keys: ``sources`` from :class:`MultiModalDataset`, and what the frame
    sampler adds, if there is one. Added keys: ``modalities``, a dict of each branch's
    output; ``frame_times`` and ``clock_end`` where the frame rate is known. The reader
    of the clock is dropped.

    Args:
        branches (dict[str, list[dict]]): Transforms by modality.
        share_random (bool | Sequence[str]): Modalities whose branches draw the same
            random numbers, for pictures whose spatial augmentation must agree. Up
            to the last shared augmentation they must draw equally often.
            ``True`` means all. Defaults to ``False``.

    Raises:
        ValueError: If ``share_random`` names an unknown modality, or a branch leaves
            nothing that a model takes in, or must follow in time while the frame
            rate is not known, or one of its transforms refuses the pictures.
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
        if 'frame_inds' in results and known_frame_rate(results):
            results['frame_times'] = frame_times(results)
            results['clock_end'] = clock_end(results)
        wanted = results.get('load_modalities') or tuple(self.branches)
        states = _random_states() if self.share_random else None
        outputs = {}
        # Once read from, a decord reader decodes on and on in a thread of its own. So
        # nobody holds the clock's but the last branch that reads it, whose decoder lets
        # it go.
        reader = results.pop('video_reader', None)
        last = [name for name in wanted if self._may_read_clock(name)][-1:]
        for name in wanted:
            if name in self.share_random and states is not None:
                _set_random_states(states)
            shared = dict(results, video_reader=reader)
            if name in last:
                reader = None
            outputs[name] = self._run(name, shared)
        results['modalities'] = outputs
        results['video_reader'] = None
        return results

    def _may_read_clock(self, name: str) -> bool:
        # Sound follows the clock's times, which are known by then.
        return not any(isinstance(step, LoadAudioClips) for step in self.branches[name])

    def _run(self, name: str, shared: dict):
        results = _of_source(name, shared)
        shared['video_reader'] = None
        try:
            for step in self.branches[name]:
                before = _reader_id(results)
                results = step(results)
                if _reader_id(results) not in (None, before):
                    _follow_clock(results)
        except (AssertionError, NotImplementedError) as error:
            # Stock transforms say what they need so, most of them without a word.
            raise ValueError(_refusal(name, step, results, error)) from error
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


def _refusal(name: str, step: BaseTransform, results: dict, error: Exception) -> str:
    height, width = results.get('img_shape') or ('?', '?')
    what = (
        f'{type(step).__name__} in the branch of {name} does not take '
        f'{results.get("filename")} (modality {results.get("modality")}, {width} x '
        f'{height} pixels)'
    )
    size = getattr(step, 'crop_size', None) or getattr(step, 'size', None)
    if str(error) or size is None:
        return f'{what}: {error or step}'
    return f'{what}: it cuts out {size}; set less, or put a Resize before it'


def _reader_id(results: dict) -> int | None:
    """Tells readers apart without holding one."""
    reader = results.get('video_reader')
    return None if reader is None else id(reader)


def _of_source(name: str, shared: dict) -> dict:
    """A copy of ``shared`` with what the source of a modality has of its own."""
    results = shared.copy()
    source = shared.get('sources', {}).get(name, {})
    results.update(source)
    if not source or 'frame_inds' not in shared:
        return results
    first = shared.get('first_frame', 0)
    start = shared['start_index'] - first
    # What the clock itself reads has been numbered by its reader; other files count
    # from 0 or 1 by source. A segment's start stays.
    own = start if _same_files(source, shared) else source['start_index']
    results['frame_inds'] = shared['frame_inds'] - start + own
    results['start_index'] = own + first
    return results


def _same_files(source: dict, shared: dict) -> bool:
    return all(source[key] == shared.get(key) for key in ('filename', 'filename_tmpl'))


def _follow_clock(results: dict) -> None:
    """Choose the frames of another reader that are nearest in time to the clock's.

    Raises:
        ValueError: If one of both frame rates is not known.
    """
    if 'frame_times' not in results:
        # Of the clock, whose rate is not that of the reader here.
        frame_rate({})
    frames = np.rint(results['frame_times'] * frame_rate(results)).astype(np.int64)
    frames = np.clip(frames.ravel(), 0, results['total_frames'] - 1)
    results['frame_inds'] = frames.astype(np.int32)


def _random_states() -> tuple:
    return random.getstate(), np.random.get_state(), torch.get_rng_state()


def _set_random_states(states: tuple) -> None:
    random.setstate(states[0])
    np.random.set_state(states[1])
    torch.set_rng_state(states[2])
