"""Joint late-fusion training, and uni-modal training with one encoder."""

import copy
from contextlib import nullcontext
from typing import Any

import torch
import torch.nn as nn
from mmaction.models.recognizers.base import BaseRecognizer
from mmaction.registry import MODELS
from mmengine.model import BaseModel, ModuleDict
from torch import Tensor

from ..utils import (
    MissingModalities,
    align_views,
    build_encoder,
    check_checkpoint,
    load_encoder,
    merge_segments,
    pool_features,
    require_inputs,
    require_names,
    require_width,
    segments_per_clip,
    split_views,
)


@MODELS.register_module()
class LateFusionRecognizer(BaseRecognizer):
    """One encoder per modality and a head on their pooled features.

    With one encoder it is a uni-modal model; with ``frozen_encoders`` and
    ``encoder_checkpoints`` it is MM Clf, the multi-modal classifier on uni-modally
    trained encoders (Du et al., ICML 2023, Sec. 3.2).

    Args:
        encoders (dict[str, dict]): Config of any MMAction2 backbone per modality (also
            ``mmpretrain.``, ``timm.``, ``torchvision.``); their order is the only one.
        cls_head (dict): Config of a fusion head. Of its ``in_channels`` those of
            ``encoders`` are used, so that a uni-modal config may keep one encoder.
        frozen_encoders (bool): Keep encoders in eval mode and without gradient.
        encoder_checkpoints (dict[str, str], optional): A checkpoint per modality to
            start from, ours or MMAction2's; loaded at the end of ``init_weights()``,
            hence in training only.
        data_preprocessor (dict, optional): MMAction2's ``MultiModalDataPreprocessor``.
            Defaults to stacking.
        num_segments (dict[str, int], optional): Views of a 2-D encoder that form one
            clip; their features are averaged. Defaults to all views of 2-D encoders,
            except beside a 3-D encoder or where all inputs are sound: there, views
            are clips.
        train_cfg (dict, optional): Kept for MMAction2's configs.
        test_cfg (dict, optional): ``max_testing_views`` that an encoder sees at once.

    Raises:
        ValueError: If encoders, head, preprocessors or checkpoints name others.
    """

    # False where encoders feed each other: none can be probed, taken or left out alone.
    independent_encoders = True

    def __init__(
        self,
        encoders: dict[str, dict],
        cls_head: dict,
        frozen_encoders: bool = False,
        encoder_checkpoints: dict[str, str] | None = None,
        data_preprocessor: dict | nn.Module | None = None,
        num_segments: dict[str, int] | None = None,
        train_cfg: dict | None = None,
        test_cfg: dict | None = None,
        init_cfg: dict | None = None,
    ) -> None:
        if not encoders:
            raise ValueError('encoders must name at least one modality')
        names = list(encoders)
        if data_preprocessor is None:
            data_preprocessor = dict(
                type='MultiModalDataPreprocessor',
                preprocessors=dict.fromkeys(names, dict(type='ActionDataPreprocessor')),
            )
        # Past BaseRecognizer's constructor, which builds exactly one backbone.
        BaseModel.__init__(self, data_preprocessor, init_cfg)
        self.train_cfg, self.test_cfg = train_cfg, test_cfg
        preprocessors = getattr(self.data_preprocessor, 'preprocessors', encoders)
        require_names(names, preprocessors, 'data_preprocessor.preprocessors')
        self.encoder_cfgs = copy.deepcopy(dict(encoders))
        self.encoders = ModuleDict({m: build_encoder(encoders[m]) for m in names})
        cls_head = copy.deepcopy(cls_head)
        if isinstance(cls_head.get('in_channels'), dict):
            require_names(names, cls_head['in_channels'], 'cls_head.in_channels')
            cls_head['in_channels'] = {m: cls_head['in_channels'][m] for m in names}
        self.cls_head = MODELS.build(cls_head)
        self.encoder_checkpoints = dict(encoder_checkpoints or {})
        require_names(self.encoder_checkpoints, encoders, 'encoders')
        self.num_segments = num_segments
        # Set while tested without some modalities; see MissingModalityHook.
        self.missing: MissingModalities | None = None
        self.frozen_encoders = frozen_encoders
        if frozen_encoders:
            self.encoders.requires_grad_(False)
            self.encoders.eval()

    @property
    def modalities(self) -> tuple[str, ...]:
        """Names of the modalities, in order."""
        return tuple(self.encoder_cfgs)

    def init_weights(self) -> None:
        """Initialize; then load ``encoder_checkpoints``, which that would overwrite.

        Raises:
            FileNotFoundError: If a checkpoint does not exist.
            ValueError: If one does not fit its encoder.
        """
        BaseModel.init_weights(self)
        for name, path in self.encoder_checkpoints.items():
            check_checkpoint(path, f'encoder_checkpoints[{name!r}]')
            classes = getattr(self.cls_head, 'num_classes', None)
            load_encoder(self.encoders[name], path, name, classes)

    def train(self, mode: bool = True) -> 'LateFusionRecognizer':
        """Set the mode; frozen encoders stay in eval mode."""
        super().train(mode)
        if self.frozen_encoders:
            self.encoders.eval()
        return self

    def extract_feat(self, inputs: dict[str, Tensor], **_: Any) -> dict[str, Tensor]:
        """Pooled features of all modalities.

        Args:
            inputs (dict[str, Tensor]): Preprocessed, (N, views, C, [T,] H, W).

        Returns:
            dict[str, Tensor]: Of shapes (N * clips, C_m).

        Raises:
            ValueError: If a modality is missing or unknown, or widths disagree.
        """
        require_inputs(self.modalities, inputs)
        return align_views(self.view_features(inputs))

    def view_features(self, inputs: dict[str, Tensor]) -> dict[str, Tensor]:
        """Pooled features (N, views, C_m) of any of the modalities."""
        with torch.no_grad() if self.frozen_encoders else nullcontext():
            return self._encode(self.encoders, inputs)

    def encode(self, encoders: Any, inputs: dict[str, Tensor]) -> dict[str, Tensor]:
        """Pooled features (N * clips, C_m) by any encoders of the same configs."""
        return align_views(self._encode(encoders, inputs))

    def _encode(self, encoders: Any, inputs: dict[str, Tensor]) -> dict[str, Tensor]:
        feats = {}
        segments = self._segments(inputs)
        for name in filter(inputs.__contains__, self.modalities):
            views = inputs[name]
            pooled = self._run(encoders[name], views.flatten(0, 1))
            pooled = pooled.unflatten(0, (-1, views.shape[1]))
            feats[name] = merge_segments(pooled, segments[name], name)
            require_width(self.cls_head, name, pooled.shape[-1])
        return feats

    def _run(self, encoder: nn.Module, images: Tensor) -> Tensor:
        cfg = {} if self.training else self.test_cfg or {}
        segments = getattr(encoder, 'num_segments', None) or 1
        chunks = split_views(images, cfg.get('max_testing_views'), segments)
        return torch.cat([pool_features(encoder(chunk)) for chunk in chunks])

    def _segments(self, inputs: dict[str, Tensor]) -> dict[str, int]:
        if self.num_segments is not None:
            return {name: self.num_segments.get(name, 1) for name in inputs}
        return segments_per_clip(self.encoders, self.data_preprocessor, inputs)

    def loss(self, inputs: dict[str, Tensor], data_samples: list, **_: Any) -> dict:
        """Losses of the head."""
        return self.cls_head.loss(self.extract_feat(inputs), data_samples)

    def predict(self, inputs: dict[str, Tensor], data_samples: list, **_: Any) -> list:
        """Set ``pred_score`` (K,) and ``unimodal_scores``, a dict of (K,)."""
        # A pipeline that is given to MMAction2's inference runs all its branches.
        own = {name: inputs[name] for name in self.modalities if name in inputs}
        if self.missing is None:
            return self.cls_head.predict(self.extract_feat(own), data_samples)
        feats = self.view_features(self.missing.remaining(own))
        return self.predict_views(feats, data_samples)

    def predict_views(self, feats: dict[str, Tensor], data_samples: list) -> list:
        """As :meth:`predict`, of what :meth:`view_features` gives."""
        if self.missing is None:
            return self.cls_head.predict(align_views(feats), data_samples)
        return self.cls_head.predict_without(self.missing, feats, data_samples)

    def _forward(
        self, inputs: dict[str, Tensor], stage: str = 'head', **_: Any
    ) -> Tensor | dict[str, Tensor]:
        """Fused scores (N * clips, K); with ``stage='backbone'``, the features."""
        feats = self.extract_feat(inputs)
        return feats if stage == 'backbone' else self.cls_head(feats)
