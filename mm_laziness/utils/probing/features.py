"""Features of trained encoders on whole data sets."""

import shutil
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
import torch.nn.functional as F
from mmengine.config import Config
from mmengine.device import get_device
from mmengine.dist import barrier, is_main_process

from ...compat.checkpoints import DERAILED
from ...evaluation.functional import label_ranks, linear_probe
from ...models.utils import check_checkpoint, load_state
from .encoder_access import build_encoders
from .encoder_weights import load_encoders
from .evaluation_data import evaluation_config, evaluation_dataloader
from .feature_cache import cached_features, features_key
from .feature_extraction import extract_features
from .feature_parts import save_features
from .probe_hits import ProbeHits

__all__ = [
    'evaluation_dataloader',
    'extract_features',
    'probe_encoders',
    'unimodal_checkpoints',
    'unimodal_features',
]


def probe_encoders(model: Any, cfg: Config) -> ProbeHits:
    """Train a linear classifier on each frozen encoder; see what it gets right.

    Args:
        model (LateFusionRecognizer): Trained, on its device.
        cfg (Config): Its config; the classifiers are tested on its validation set.
    """
    train, val = (
        extract_features(model, evaluation_dataloader(cfg, split), split)
        for split in ('train', 'val')
    )
    labels, right = val['labels'], {}
    for name, feats in train['feats'].items():
        probe = linear_probe(
            *(feats, train['labels'], val['feats'][name], labels), device=get_device()
        )
        right[name] = label_ranks(probe['scores'].cpu(), labels) == 0
    return ProbeHits(labels, right)


def unimodal_checkpoints(cfg: Config) -> dict[str, str]:
    """Checkpoints of the uni-modal models that a method's config names.

    Raises:
        ValueError: If it names none.
        FileNotFoundError: If one does not exist.
    """
    model = cfg.model
    paths = model.get('teachers') or model.get('encoder_checkpoints')
    if not paths or 'encoders' not in model:
        raise ValueError(
            'the config names no uni-modal checkpoints: pass one of UMT (teachers) or '
            'of MM Clf (encoder_checkpoints)'
        )
    for name, path in paths.items():
        check_checkpoint(path, f'uni-modal model of {name!r}')
    return dict(paths)


def unimodal_features(cfg: Config, store: Path) -> dict[str, dict]:
    """Features and scores of the uni-modal models of a method, extracted once.

    Args:
        cfg (Config): Resolved config of UMT or MM Clf.
        store (Path): A file that keeps the result; used again while checkpoints and
            data are the same. Until it is complete, parts lie in a folder beside it,
            from which an extraction that was stopped goes on.

    Returns:
        dict: ``train`` and ``val``, each with ``feats`` and ``scores`` (dicts of
        (N, C_m) and (N, K) by modality) and ``labels`` (N,).

    Raises:
        ValueError: If a checkpoint is of another architecture or holds no linear
            classifier on its features.
        OSError: If the disk is full.
    """
    paths = unimodal_checkpoints(cfg)
    encoders = build_encoders(cfg)
    load_encoders(encoders.model, paths)
    key = [
        features_key(encoders, evaluation_config(cfg, split))
        for split in ('train', 'val')
    ]
    if (kept := _read(store)) and kept.get('key') == key:
        return kept
    states = {name: load_state(path) for name, path in paths.items()}
    parts = store.with_suffix('.parts')
    result: dict = {'key': key}
    for split in ('train', 'val'):
        title = f'features of {split}'
        result[split] = cached_features(encoders, cfg, split, parts, title=title)
    if is_main_process():
        for split in ('train', 'val'):
            result[split]['scores'] = {
                name: _scores(feats, states[name], name, paths[name])
                for name, feats in result[split]['feats'].items()
            }
        save_features(store, result)
        shutil.rmtree(parts, ignore_errors=True)
    barrier()
    return result if is_main_process() else torch.load(store, weights_only=True)


def _read(store: Path) -> dict | None:
    """What a store keeps, unless it is not there or damaged."""
    try:
        return torch.load(store, weights_only=True)
    except (RuntimeError, UnpicklingError, *DERAILED):
        return None


def _scores(feats: torch.Tensor, state: dict, modality: str, path: str) -> torch.Tensor:
    weight = state.get('cls_head.fc_cls.weight')
    bias = state.get('cls_head.fc_cls.bias')
    if weight is None or bias is None or weight.shape[1:] != feats.shape[1:]:
        raise ValueError(
            f'checkpoint {path} has no linear classifier (cls_head.fc_cls) on the '
            f'{feats.shape[1]} features of {modality!r}, so its scores are not known'
        )
    return F.linear(feats, weight.float(), bias.float())
