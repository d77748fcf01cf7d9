"""Encoders inside recognizers that are not late fusion, seen as if they were."""

import copy
from typing import Any

import torch
import torch.nn as nn
from mmaction.models.recognizers import (
    Recognizer2D,
    Recognizer3D,
    RecognizerAudio,
)
from mmaction.registry import MODELS
from mmengine.model import ModuleDict
from torch import Tensor

from ...models.utils import pool_features, split_views

# What MMAction2 trains on one tensor per sample, (views, C, [T,] H, W).
_KINDS = (Recognizer2D, Recognizer3D, RecognizerAudio)


class StockEncoder(nn.Module):
    """The backbone of one of MMAction2's recognizers, as the only encoder.

    Args:
        cfg (dict): Config of the recognizer, with its ``data_preprocessor``.
        name (str): What to call the encoder; also the input that it takes, where
            samples hold several.

    Raises:
        ValueError: If it is no recognizer of pictures, clips or sound.
    """

    def __init__(self, cfg: dict, name: str) -> None:
        super().__init__()
        cfg = without_pretraining(cfg)
        kind = cfg.get('type')
        if 'backbone' not in cfg or 'cls_head' not in cfg:
            raise ValueError(
                f'the model of the config, {kind}, is neither one with encoders or '
                "members nor one of MMAction2's recognizers with backbone and cls_head"
            )
        recognizer = MODELS.build(cfg)
        if not isinstance(recognizer, _KINDS):
            raise ValueError(
                f'the model of the config is a {kind}, but encoders can be told apart '
                f'in models of ours and in {[k.__name__ for k in _KINDS]} only'
            )
        self.recognizer, self.name = recognizer, name

    @property
    def modalities(self) -> tuple[str, ...]:
        """The name of the encoder."""
        return (self.name,)

    @property
    def encoders(self) -> dict[str, nn.Module]:
        """The backbone by that name."""
        return {self.name: self.recognizer.backbone}

    def data_preprocessor(self, batch: dict, training: bool = False) -> dict:
        """Preprocess a batch of MMAction2's data sets, or of ours."""
        inputs = batch['inputs']
        if isinstance(inputs, dict):
            if self.name not in inputs:
                raise ValueError(
                    f'the encoder takes {self.name!r}, but the samples hold '
                    f'{list(inputs)}'
                )
            batch = dict(batch, inputs=inputs[self.name])
        return self.recognizer.data_preprocessor(batch, training)

    def extract_feat(self, inputs: Tensor) -> dict[str, Tensor]:
        """Pooled features (N * views, C) of inputs (N, views, ...)."""
        model = self.recognizer
        segments = getattr(model.backbone, 'num_segments', None) or 1
        limit = (model.test_cfg or {}).get('max_testing_views')
        chunks = split_views(inputs.flatten(0, 1), limit, segments)
        # The recognizer knows what torchvision's and timm's backbones return.
        maps = [model.extract_feat(c[None], stage='backbone')[0] for c in chunks]
        return {self.name: torch.cat([pool_features(m) for m in maps])}


class MemberEncoders(nn.Module):
    """The encoders of an ensemble's members.

    Args:
        members (dict[str, nn.Module]): By name, :class:`StockEncoder` or a
            :class:`LateFusionRecognizer` of one modality.
    """

    def __init__(self, members: dict[str, nn.Module]) -> None:
        super().__init__()
        self.members = ModuleDict(members)

    @property
    def modalities(self) -> tuple[str, ...]:
        """Names of the members."""
        return tuple(self.members)

    @property
    def encoders(self) -> dict[str, nn.Module]:
        """Their only encoders, by their names in the ensemble."""
        return {
            name: member.encoders[member.modalities[0]]
            for name, member in self.members.items()
        }

    def data_preprocessor(self, batch: dict, training: bool = False) -> dict:
        """Preprocess what each member takes."""
        inputs = {}
        for name, member in self.members.items():
            # A member may have another name here than in its own config.
            own = {member.modalities[0]: batch['inputs'][name]}
            data = dict(inputs=own, data_samples=None)
            inputs[name] = member.data_preprocessor(data, training)['inputs']
        return dict(inputs=inputs, data_samples=batch['data_samples'])

    def extract_feat(self, inputs: dict[str, Any]) -> dict[str, Tensor]:
        """Pooled features (N * views_m, C_m) of each member."""
        feats = {}
        for name, member in self.members.items():
            (feats[name],) = member.extract_feat(inputs[name]).values()
        return feats


def without_pretraining(model: dict) -> dict:
    """A copy of a model's config that downloads nothing when it is built."""
    model = copy.deepcopy(model)
    for part in (model.get('backbone'), *(model.get('encoders') or {}).values()):
        # Of timm, torchvision and TANet, which load in their constructors.
        if part and part.get('pretrained'):
            part['pretrained'] = None if isinstance(part['pretrained'], str) else False
    return model
