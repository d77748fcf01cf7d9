"""Uni-Modal Ensemble (UME)."""

import copy
from math import log
from typing import Any

import torch
import torch.nn as nn
from mmaction.models.recognizers.base import BaseRecognizer
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.model import BaseModel, ModuleDict
from torch import Tensor

from ...evaluation.functional import average_scores
from ..utils import MissingModalities, check_checkpoint, load_exactly, load_state
from .late_fusion import LateFusionRecognizer


@MODELS.register_module()
class UMERecognizer(BaseRecognizer):
    """Average the predictions of uni-modal models; nothing is trained.

    Source: Du et al., ICML 2023, Sec. 3.3. The paper does not say whether logits or
    probabilities are averaged; both are reported.

    Args:
        members (dict[str, dict]): Per modality ``config`` (file, dict, or a name in
            MMAction2, ``mmaction::...``) and ``checkpoint`` of a uni-modal recognizer,
            any of MMAction2's or ours. Each uses its own data preprocessor and averages
            its clips as its head says.
        weights (dict[str, float], optional): Weight per member. Defaults to equal.
        average (str): What ``pred_score`` averages: ``'score'`` (logits) or ``'prob'``.

    Raises:
        FileNotFoundError: If a config or checkpoint does not exist.
        ValueError: If a checkpoint does not fit, or members have different classes.
    """

    def __init__(
        self,
        members: dict[str, dict],
        weights: dict[str, float] | None = None,
        average: str = 'score',
        **_: Any,
    ) -> None:
        # Members preprocess their own inputs; here these only go to the device.
        BaseModel.__init__(self, dict(type='BaseDataPreprocessor'))
        if not members:
            raise ValueError('UMERecognizer needs at least one member')
        if average not in ('score', 'prob'):
            raise ValueError(f"average must be 'score' or 'prob', but got {average!r}")
        if weights is not None and set(weights) != set(members):
            raise ValueError(
                f'weights are given for {list(weights)}, members are {list(members)}'
            )
        self.weights, self.average = weights, average
        self.members = ModuleDict({m: _load(m, **cfg) for m, cfg in members.items()})
        classes = {m: net.cls_head.num_classes for m, net in self.members.items()}
        if len(set(classes.values())) > 1:
            raise ValueError(
                f'members must have the same classes, but have {classes}; finetune a '
                'member of other classes first'
            )

        # Set while tested without some modalities; see MissingModalityHook.
        self.missing: MissingModalities | None = None

    @property
    def modalities(self) -> tuple[str, ...]:
        """Names of the modalities, in order."""
        return tuple(self.members)

    def init_weights(self) -> None:
        """Nothing to draw: the members are loaded at construction."""

    def train(self, mode: bool = True) -> 'UMERecognizer':
        """Stay in eval mode, whatever ``mode``."""
        return super().train(False)

    @torch.no_grad()
    def extract_feat(self, inputs: dict[str, list[Tensor]], **_: Any) -> dict:
        """Raw scores (N, K) of each member, clips averaged.

        Args:
            inputs (dict[str, list[Tensor]]): N unprocessed tensors per modality.

        Raises:
            ValueError: If a member's modality is missing.
        """
        if missing := [name for name in self.members if name not in inputs]:
            raise ValueError(
                f'members need {missing}, but the inputs hold {list(inputs)}; set '
                'modalities of the data set'
            )
        return {m: _scores(net, inputs[m]) for m, net in self.members.items()}

    def _forward(self, inputs: dict[str, list[Tensor]], **_: Any) -> Tensor:
        """Fused scores (N, K)."""
        return average_scores(self.extract_feat(inputs), self.weights, self.average)

    @torch.no_grad()
    def view_features(self, inputs: dict[str, list[Tensor]]) -> dict[str, Tensor]:
        """Raw scores (N, 1, K) of the members whose inputs are there."""
        return {
            name: _scores(net, inputs[name])[:, None]
            for name, net in self.members.items()
            if name in inputs
        }

    def predict(self, inputs: dict, data_samples: list, **_: Any) -> list:
        """Set ``pred_score``, ``unimodal_scores`` and, for both averages,
        ``alternative_scores``.
        """  # noqa: D205
        if self.missing is None:
            return self._predict(self.extract_feat(inputs), data_samples)
        feats = self.view_features(self.missing.remaining(inputs))
        return self.predict_views(feats, data_samples)

    def predict_views(self, feats: dict[str, Tensor], data_samples: list) -> list:
        """As :meth:`predict`, of what :meth:`view_features` gives.

        Of a missing member, stand-in scores are averaged; without them, the remaining
        members are, with their weights in the same proportions.
        """
        if self.missing is not None:
            feats = self.missing.fill(feats, self.members)
        scores = {name: rows.squeeze(1) for name, rows in feats.items()}
        return self._predict(scores, data_samples)

    def _predict(self, scores: dict[str, Tensor], data_samples: list) -> list:
        weights = self.weights and {name: self.weights[name] for name in scores}
        both = {
            f'average_{kind}': average_scores(scores, weights, kind)
            for kind in ('score', 'prob')
        }
        fused = both[f'average_{self.average}']
        own = self.missing.remaining(scores) if self.missing else scores
        for index, sample in enumerate(data_samples):
            sample.set_pred_score(fused[index])
            sample.set_pred_label(fused[index].argmax(dim=-1, keepdim=True))
            for field, values in (
                ('unimodal_scores', own),
                ('alternative_scores', both),
            ):
                sample.set_field({k: v[index] for k, v in values.items()}, field)
        return data_samples

    def loss(self, *_: Any, **__: Any) -> dict:
        """Refuse: UME averages models that are trained already."""
        raise RuntimeError(
            'UME trains nothing: train its members, then run tools/test.py with this '
            'config (no checkpoint argument)'
        )


def _load(modality: str, config: str | dict, checkpoint: str) -> nn.Module:
    # Here, since the tools import the package before they read a config.
    from ...utils.config import resolve_config
    from ...utils.config_files import find_config

    check_checkpoint(checkpoint, f'members[{modality!r}]')
    if isinstance(config, str):
        cfg = Config.fromfile(find_config(config))
    else:
        cfg = Config(config)
    cfg = resolve_config(copy.deepcopy(cfg))
    if 'data_preprocessor' in cfg:
        cfg.model.setdefault('data_preprocessor', cfg.data_preprocessor)
    model = MODELS.build(cfg.model)
    if isinstance(model, LateFusionRecognizer) and len(model.modalities) > 1:
        raise ValueError(
            f'members[{modality!r}]: {config if isinstance(config, str) else "config"} '
            f'takes {list(model.modalities)}, but a member must be uni-modal'
        )
    load_exactly(model, load_state(checkpoint), checkpoint, f'member {modality!r}')
    # Parameters are not frozen: DDP, which wraps in distributed tests, refuses a model
    # that has nothing to train.
    model.eval()
    return model


def _scores(model: Any, inputs: list[Tensor]) -> Tensor:
    """Logits (N, K) of a member, averaged over its clips."""
    ours = isinstance(model, LateFusionRecognizer)
    # A member may have another name here than in its own config, as two views have.
    named = {model.modalities[0]: inputs} if ours else inputs
    data = dict(inputs=named, data_samples=None)
    batch = model.data_preprocessor(data, False)['inputs']
    feats = model.extract_feat(batch, test_mode=True)
    feats, settings = (feats, {}) if ours else feats
    scores = model.cls_head(feats, **settings).float()
    scores = scores.unflatten(0, (len(inputs), -1))
    if model.cls_head.average_clips == 'prob':
        # Back to logits, so that logits are what members give.
        return scores.log_softmax(dim=-1).logsumexp(dim=1) - log(scores.shape[1])
    return scores.mean(dim=1)
