"""A data set whose samples have several modalities."""

import os.path as osp
from collections.abc import Callable, Sequence
from typing import Any

import torch
from mmaction.registry import DATASETS

from ..utils.random import sample_random_state
from .annotations import read_annotations
from .clip_cache import ClipCache
from .fault_tolerant_dataset import FaultTolerantDataset
from .pipeline_setup import (
    branches_of,
    check_folders,
    opens_clock,
    trim_to_segments,
    use_cache,
)

# MMAction2's own names of what a picture shows, by lower-case source name.
_MMACTION_MODALITIES = {name.lower(): name for name in ('RGB', 'Flow', 'Pose')}


@DATASETS.register_module()
class MultiModalDataset(FaultTolerantDataset):
    """Videos with sound, flow, further views: any modalities of the same clips.

    Files are read by the transforms: those that MMEngine's storage backends reach by
    their ``io_backend`` or ``backend_args``, as in MMAction2.

    Args:
        ann_file (str): MMAction2's text list, ``path [total_frames] label`` (all
            modalities from that file), or a ``.csv`` with a header: ``label``, one
            column per source and optionally ``total_frames``, ``start``, ``end`` (s).
        pipeline (list): Shared transforms up to the frame sampler, if there is one,
            then :class:`PerModality` and :class:`PackModalities`.
        data_prefix (dict[str, str], optional): A folder per source, under
            ``data_root``. Defaults to ``data_root`` itself.
        clock (str, optional): The source whose frames are sampled; the others follow
            in time, or by index if no reader gives their time (frames and flow in
            folders). Defaults to the first source.
        modalities (Sequence[str], optional): Which to load. Defaults to all branches.
        on_error (str | dict[str, str]): What to do about a file that is missing or
            broken, for all or per modality: ``'raise'``; ``'skip'`` (training draws
            another sample; a test keeps its size and sets the modality to zeros); or
            ``'zeros'``. Every fault is recorded in ``metainfo['faults']``. Defaults
            to ``'raise'``.
        cache (str, optional): Folder of a :class:`ClipCache`, for small sets.
        filename_tmpl (str | dict[str, str]): Names of extracted frames, by source.
            Defaults to ``'img_{:05}.jpg'``.
        start_index (int | dict[str, int], optional): Number of the first extracted
            frame. Defaults to 1 for samples with ``total_frames``, else 0.
        fps (float | dict[str, float], optional): Frame rate of extracted frames, by
            source; needed where something follows them in time.
        missing (Sequence[str]): Of ``modalities``, those to do without: never read.
            A missing clock is still opened, for its times.
        **kwargs: As in :class:`mmaction.datasets.BaseActionDataset`. Labels are checked
            against ``num_classes``.

    Raises:
        FileNotFoundError: If the annotation file or the folder of a source that is
            read does not exist.
        ValueError: If it is empty or malformed, a label is not below ``num_classes``,
            or ``modalities``, ``clock`` or ``on_error`` name what does not exist.
    """

    def __init__(
        self,
        ann_file: str,
        pipeline: list[dict | Callable],
        data_prefix: dict[str, str] | None = None,
        clock: str | None = None,
        modalities: Sequence[str] | None = None,
        on_error: str | dict[str, str] = 'raise',
        cache: str | None = None,
        filename_tmpl: str | dict[str, str] = 'img_{:05}.jpg',
        start_index: int | dict[str, int] | None = None,
        fps: float | dict[str, float] | None = None,
        missing: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        self._given = (clock, modalities)
        self.on_error = on_error
        self.cache = ClipCache(cache) if cache else None
        self.filename_tmpl = filename_tmpl
        self.first_index = start_index
        self.fps = fps
        self.missing = tuple(missing)
        # Set by RandomStateHook: [seed, epoch] in memory shared with the workers.
        self.random_state: torch.Tensor | None = None
        kwargs.setdefault('max_refetch', 100)
        super().__init__(ann_file, pipeline, data_prefix=data_prefix or {}, **kwargs)

    def load_data_list(self) -> list[dict]:
        """Read the annotation file; settle sources, modalities and clock."""
        samples = read_annotations(self.ann_file, self.multi_class)
        segments = any('start' in sample or 'end' in sample for sample in samples)
        steps = self.pipeline.transforms
        branches = branches_of(steps)
        if segments:
            trim_to_segments(steps, self.ann_file)
        clock, modalities = self._given
        wanted = tuple(modalities or branches)
        self.modalities = tuple(m for m in wanted if m not in self.missing)
        paths = samples[0]['sources']
        columns = None if isinstance(paths, str) else list(paths)
        self.source_names = columns or list(
            dict.fromkeys([*self.data_prefix, *wanted, *filter(None, [clock])])
        )
        self.clock = clock or self.source_names[0]
        policies = self.on_error if isinstance(self.on_error, dict) else {}
        checks: list[tuple[str, Any, Any, str]] = [
            ('modalities', self.modalities, branches, 'PerModality has branches for'),
            ('on_error', policies, branches, 'PerModality has branches for'),
            (
                'modalities',
                self.modalities,
                columns,
                f'{self.ann_file} has columns for',
            ),
            ('clock', [self.clock], columns, f'{self.ann_file} has columns for'),
        ]
        for role, given, known, where in checks:
            unknown = [name for name in given if known and name not in known]
            if unknown:
                raise ValueError(f'{role} names {unknown}, but {where} {list(known)}')
        for name in self.modalities:
            self.policy(name)
        for number, sample in enumerate(samples, 1):
            self._check_label(sample['label'], number)
        self._opens_clock = opens_clock(steps)
        opened = {self.clock} if self._opens_clock else set()
        folders = {
            name: self._folder(name)
            for name in sorted(opened.union(self.modalities))
            if not osp.isabs(paths if isinstance(paths, str) else paths[name])
        }
        check_folders(steps, folders)
        if self.cache is not None:
            use_cache(steps)
        return samples

    def _folder(self, source: str) -> str:
        return self.data_prefix.get(source) or self.data_root or ''

    def _check_label(self, label: int | list[int], number: int) -> None:
        for value in label if isinstance(label, list) else [label]:
            if value < 0 or (self.num_classes and value >= self.num_classes):
                raise ValueError(
                    f'{self.ann_file}, sample {number}: label {value} does not fit '
                    f'num_classes = {self.num_classes}; labels count from 0. Set '
                    'num_classes in the config'
                )

    def get_data_info(self, idx: int) -> dict:
        """Describe a sample as MMAction2's transforms expect it."""
        info = super().get_data_info(idx)
        paths = info['sources']
        extracted = int('total_frames' in info)
        sources = {}
        for name in self.source_names:
            path = paths if isinstance(paths, str) else paths[name]
            path = osp.join(self._folder(name), path)
            sources[name] = dict(
                filename=path,
                frame_dir=path,
                filename_tmpl=_of(self.filename_tmpl, name),
                modality=_MMACTION_MODALITIES.get(name.lower(), 'RGB'),
                start_index=_of(self.first_index, name, extracted),
                fps=_of(self.fps, name),
            )
        if self._opens_clock:
            # Readers count from 0; MMAction2's do not say so.
            sources[self.clock]['start_index'] = 0
        info.update(sources[self.clock], sources=sources, cache=self.cache)
        return info

    def __getitem__(self, idx: int) -> dict:
        """Load a sample; its random state depends on seed, epoch and index alone."""
        if self.random_state is None or self.test_mode:
            return super().__getitem__(idx)
        seed, epoch = self.random_state.tolist()
        with sample_random_state(seed, epoch, idx):
            return super().__getitem__(idx)


def _of(setting: Any, name: str, default: Any = None) -> Any:
    """A setting for all sources, or one of a dict by source."""
    value = setting.get(name) if isinstance(setting, dict) else setting
    return default if value is None else value
