"""Encoders that exchange information through MMTM units."""

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import torch
from mmaction.registry import MODELS
from mmengine.model import ModuleList
from torch import Tensor

from mm_laziness.models.recognizers import LateFusionRecognizer
from mm_laziness.models.utils import (
    merge_segments,
    pool_features,
    require_inputs,
    require_width,
    split_views,
)

from .alignment import align_inputs
from .fusion_points import fusion_points, fusion_widths
from .mmtm import MMTM, require_several
from .rebalancing import Rebalancing
from .squeeze_recorder import Means, record_squeezes
from .stages import Stage, encoder_stages


@MODELS.register_module()
class MMTMRecognizer(LateFusionRecognizer):
    """Late fusion of encoders between whose stages MMTM units act.

    The same number of views reaches all encoders: a modality's are repeated before its
    encoder, not after it, so that a sound beside three crops costs three times as much.
    Which modality is re-balanced in training (its gates are averages) is
    ``rebalancing.mode``, as long as :class:`RebalancingHook` sets it; evaluation never
    re-balances. Frozen encoders stay as they are while units and head train.

    Args:
        encoders (dict[str, dict]): As in :class:`LateFusionRecognizer`, two or more, of
            the kinds that :func:`encoder_stages` knows.
        cls_head (dict): Config of a head, such as :class:`BranchHead`.
        fusion_stages (Sequence[int] | dict[str, Sequence[int]]): After which stages
            (1-based: ``layer<k>`` of a ResNet) the units act, increasing; by modality
            if they differ, as many for all.
        ratio (float): As in :class:`MMTM`. Defaults to 4.
        fusion_channels (dict[str, Sequence[int]], optional): Channels at these points.
            Defaults to those of each stage's last norm layer, or else last weight.
        **kwargs: As in :class:`LateFusionRecognizer`.

    Raises:
        ValueError: For one encoder, encoders whose stages are not known, or stages or
            channels that do not fit them.
    """

    # Alone, without the units' gates, an encoder is not what was trained.
    independent_encoders = False

    def __init__(
        self,
        encoders: dict[str, dict],
        cls_head: dict,
        fusion_stages: Sequence[int] | Mapping[str, Sequence[int]],
        ratio: float = 4.0,
        fusion_channels: Mapping[str, Sequence[int]] | None = None,
        **kwargs: Any,
    ) -> None:
        # First of all: whatever else fits no single encoder is a consequence.
        require_several(encoders, 'encoders')
        super().__init__(encoders, cls_head, **kwargs)
        stages = {m: encoder_stages(self.encoders[m]) for m in self.modalities}
        self.fusion_stages = fusion_points(fusion_stages, stages)
        widths = fusion_widths(self.fusion_stages, stages, fusion_channels)
        self.units = ModuleList(MMTM(channels, ratio) for channels in widths)
        self.rebalancing = Rebalancing(len(self.modalities))
        self._mean_squeezes: Means | None = None

    def view_features(self, inputs: dict[str, Tensor]) -> dict[str, Tensor]:
        """Pooled features (N, clips, C_m) of all modalities, as the units left them.

        Args:
            inputs (dict[str, Tensor]): Preprocessed, (N, views, C, [T,] H, W).

        Raises:
            ValueError: If a modality is missing.
        """
        if self.missing is not None or len(inputs) < len(self.modalities):
            raise ValueError(
                f'{type(self).__name__} cannot do without a modality: its encoders '
                f'{list(self.modalities)} feed each other, and the inputs hold '
                f'{list(inputs)}. Leave out --missing, or evaluate late fusion instead'
            )
        require_inputs(self.modalities, inputs)
        rows, segments = align_inputs(inputs, self._segments(inputs))
        samples = len(next(iter(inputs.values())))
        feats = {}
        for name, pooled in self._encode_rows(rows).items():
            require_width(self.cls_head, name, pooled.shape[-1])
            views = pooled.unflatten(0, (samples, -1))
            feats[name] = merge_segments(views, segments, name)
        return feats

    def _encode_rows(self, rows: dict[str, Tensor]) -> dict[str, Tensor]:
        """Features (rows, C_m), encoding ``max_testing_views`` of all at once."""
        cfg = {} if self.training else self.test_cfg or {}
        together = math.lcm(
            *(getattr(e, 'num_segments', None) or 1 for e in self.encoders.values())
        )
        chunks = {
            name: split_views(images, cfg.get('max_testing_views'), together)
            for name, images in rows.items()
        }
        parts = [
            self._run_stages(dict(zip(chunks, chunk, strict=True)))
            for chunk in zip(*chunks.values(), strict=True)
        ]
        return {name: torch.cat([part[name] for part in parts]) for name in rows}

    def _run_stages(self, maps: dict[str, Tensor]) -> dict[str, Tensor]:
        """Pooled features (rows, C_m); the units act between the stages."""
        # Found anew in each forward: a copy of the model has its own encoders.
        stages = {m: encoder_stages(self.encoders[m]) for m in self.modalities}
        done = dict.fromkeys(self.modalities, 0)
        rebalances = self.training and self.rebalancing.active
        mask = self.rebalancing.mask() if rebalances else None
        for index, unit in enumerate(self.units):
            for name, numbers in self.fusion_stages.items():
                now = stages[name][done[name] : numbers[index]]
                maps[name] = Stage(now)(maps[name])
                done[name] = numbers[index]
            means = self._mean_squeezes[index] if self._mean_squeezes else None
            maps = unit(maps, mask, means)
        rest = {m: Stage(stages[m][done[m] :]) for m in self.modalities}
        return {m: pool_features(rest[m](maps[m])) for m in self.modalities}

    def recording_squeezes(self) -> AbstractContextManager[Means]:
        """Record the units' mean squeezes of what this model sees in the block.

        Returns:
            AbstractContextManager: Yields a list that holds, after the block, a dict of
            means (C_m,) per unit; see :func:`record_squeezes`.

        Examples:
            >>> with torch.no_grad(), model.eval().recording_squeezes() as means:
            ...     for data in loader_of_the_training_set:
            ...         model.test_step(data)
            >>> with model.flow_off(means):
            ...     model.test_step(data)
        """
        return record_squeezes(self.units)

    @contextmanager
    def flow_off(self, means: Means) -> Iterator[None]:
        """Predict without information from other modalities of a sample.

        Args:
            means (list[dict[str, Tensor]]): By unit, what
                :meth:`recording_squeezes` gave.

        Raises:
            ValueError: If these are not means of this model's units, or it trains.
        """
        if self.training:
            raise ValueError('flow_off() is for evaluation; call model.eval() first')
        found = [{m: len(mean) for m, mean in unit.items()} for unit in means]
        expected = [unit.in_channels for unit in self.units]
        if found != expected:
            raise ValueError(
                f'flow_off() takes one dict of means per unit, of {expected} channels, '
                f'but got {found}; take what recording_squeezes() gave after its block'
            )
        previous, self._mean_squeezes = self._mean_squeezes, means
        try:
            yield
        finally:
            self._mean_squeezes = previous
