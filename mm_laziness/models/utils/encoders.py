"""Build encoders, and load them from checkpoints of ours or of MMAction2's."""

import copy
import logging
import os.path as osp
from functools import partial
from typing import Any, cast
from urllib.error import URLError

import torch.nn as nn
from mmaction.models.recognizers import Recognizer2D
from mmengine.logging import print_log
from torch import Tensor

from ...compat import load_checkpoint_file
from .fitting import load_exactly
from .initialization import (
    Source,
    check_loaded,
    fit_state,
    named_weights,
    select_state,
    take_pretrained,
)

# What the states of this package's recognizers hold.
_PARTS = {'encoders', 'cls_head', 'data_preprocessor'}


def build_encoder(cfg: dict) -> nn.Module:
    """Build any backbone that MMAction2 knows.

    Args:
        cfg (dict): Config of a backbone; its ``type`` may begin with ``mmpretrain.``,
            ``timm.`` or ``torchvision.``, whose classifiers are removed. Of MMAction2's
            ResNets, ``pretrained`` and ``init_cfg=dict(type='Pretrained', ...)`` are
            loaded completely or refused, by ``init_weights()``; see :func:`fit_state`.
    """
    # MMAction2 resolves foreign backbones inside its recognizers only.
    recognizer = Recognizer2D(backbone=copy.deepcopy(cfg))
    encoder = recognizer.backbone
    if recognizer.backbone_from == 'torchvision':
        # The classifiers that MMAction2 leaves: it knows `classifier` and `fc`.
        for name in ('head', 'heads'):
            if hasattr(encoder, name):
                setattr(encoder, name, nn.Identity())
    if recognizer.backbone_from in ('torchvision', 'timm'):
        # Initialized by their constructors; a second time would undo `pretrained`.
        encoder.init_weights = _keep_weights
    elif sources := take_pretrained(encoder):
        # Not a closure: a copy of the encoder must initialize itself.
        encoder.init_weights = partial(_initialize, encoder, sources)
    elif path := named_weights(encoder):
        encoder.init_weights = partial(_initialize_its_way, encoder, path)
    return encoder


def _initialize(encoder: nn.Module, sources: list[Source]) -> None:
    """Draw weights; then load those that the config names.

    Raises:
        FileNotFoundError: If a checkpoint does not exist.
        ValueError: If it does not fit.
    """
    cast(Any, type(encoder)).init_weights(encoder)
    for source in sources:
        kind = type(encoder).__name__
        where = f'{source.part} of {kind}' if source.part else kind
        check_checkpoint(source.path, f'pretrained of {where}')
        state = select_state(load_state(source.path), source)
        module = encoder.get_submodule(source.part)
        fitted = fit_state(state, module)
        load_exactly(module, fitted, source.path, f'{where} (pretrained)')
        print_log(f'{where}: {len(fitted)} tensors of {source.path}', logger='current')


def _keep_weights() -> None:
    """Leave the weights of a constructor as they are."""


def _initialize_its_way(encoder: nn.Module, path: str) -> None:
    check_checkpoint(path, f'pretrained of {type(encoder).__name__}')
    cast(Any, type(encoder)).init_weights(encoder)
    check_loaded(encoder, load_state(path), path)


def check_checkpoint(path: str, role: str) -> None:
    """Refuse a local checkpoint file that does not exist.

    Args:
        path (str): A file, or a URL, which is not checked.
        role (str): What it is for; begins the message.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If no file is named.
    """
    if not path:
        raise ValueError(f'{role} names no checkpoint; set it to a file or URL')
    if '://' not in path and not osp.isfile(path):
        run = osp.basename(osp.dirname(path))
        hint = f'train it first (python tools/train.py configs/{run}.py)' if run else ''
        raise FileNotFoundError(
            f'{role}: checkpoint {path} does not exist; {hint or "train it first"}, or '
            'name another file in the config'
        )


def load_state(path: str) -> dict[str, Tensor]:
    """Model state of a checkpoint file or URL, on the CPU, without ``module.``.

    Raises:
        FileNotFoundError: If a local file does not exist.
        ConnectionError: If it cannot be downloaded.
        ValueError: If it is no checkpoint, or holds no tensors by name.
    """
    try:
        checkpoint = load_checkpoint_file(path)
    except URLError as error:
        raise ConnectionError(
            f'{path} cannot be downloaded ({error.reason}); where there is no network, '
            'download the file elsewhere and name it by its path'
        ) from error
    state = checkpoint.get('state_dict', checkpoint)
    if not isinstance(state, dict) or not all(isinstance(key, str) for key in state):
        raise ValueError(
            f'{path} holds no weights by name; give a checkpoint saved by MMEngine or '
            'by torch.save(model.state_dict(), ...)'
        )
    return {key.removeprefix('module.'): value for key, value in state.items()}


def encoder_state(state: dict[str, Tensor], modality: str, path: str) -> dict:
    """The part of a model's state that belongs to the encoder of ``modality``.

    Ours hold it under ``encoders.<modality>.``, MMAction2's and MMPretrain's under
    ``backbone.``; a bare backbone's state is taken whole. Warns of parts that may have
    changed the encoder's features from without; see
    ``LateFusionRecognizer.independent_encoders``.

    Raises:
        ValueError: If the checkpoint holds encoders, but not this one.
    """
    names = {key.split('.')[1] for key in state if key.startswith('encoders.')}
    if names and modality not in names:
        raise ValueError(
            f'checkpoint {path} holds the encoders {sorted(names)}, but not '
            f'{modality!r}'
        )
    others = {key.split('.')[0] for key in state} - _PARTS if names else set()
    if others:
        print_log(
            f'{path} holds {sorted(others)} beside encoders and head: if these act '
            f'between the encoders, that of {modality!r} has never worked without '
            'them, and here it must',
            logger='current',
            level=logging.WARNING,
        )
    prefix = f'encoders.{modality}.' if names else 'backbone.'
    part = {
        key.removeprefix(prefix): value
        for key, value in state.items()
        if key.startswith(prefix)
    }
    return part or state


def load_encoder(
    encoder: nn.Module, path: str, modality: str, num_classes: int | None = None
) -> None:
    """Load one encoder; every tensor must match.

    Args:
        encoder (nn.Module): What :func:`build_encoder` built.
        path (str): Checkpoint file or URL.
        modality (str): Name of the encoder in ``encoders``.
        num_classes (int, optional): Classes of the model that it serves; a checkpoint
            that was trained for another number is loaded with a warning.

    Raises:
        ValueError: If the checkpoint is of another architecture.
    """
    state = load_state(path)
    weight = state.get('cls_head.fc_cls.weight')
    if num_classes and weight is not None and len(weight) != num_classes:
        print_log(
            f'{path} was trained for {len(weight)} classes, this model is for '
            f'{num_classes}: is it the {modality} checkpoint of this data set?',
            logger='current',
            level=logging.WARNING,
        )
    part = encoder_state(state, modality, path)
    load_exactly(encoder, part, path, f'the encoder of {modality!r}')
