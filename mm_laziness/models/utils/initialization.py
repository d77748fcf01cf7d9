"""Weights of ImageNet or Kinetics as the beginning of an encoder."""

import re
from typing import Any, NamedTuple

import torch
import torch.nn as nn
from mmaction.models.backbones import ResNet, ResNet3d, ResNet3dSlowFast, ResNetAudio
from mmaction.models.backbones.resnet3d_slowfast import ResNet3dPathway
from mmengine.model import BaseModule
from torch import Tensor

# These skip, with at most a line in the log, what does not fit, or all of `init_cfg`.
_LENIENT = {
    kind.init_weights
    for kind in (
        *(BaseModule, ResNet, ResNetAudio),
        *(ResNet3d, ResNet3dPathway, ResNet3dSlowFast),
    )
}
# Parts of a network that 2-D weights know nothing of; they stay as they were drawn.
_ADDED = re.compile(r'_lateral\.|non_local')
# Torchvision's names for MMAction2's.
_RENAMED = (
    (re.compile(r'(^|\.)conv(\d)\.(weight|bias)$'), r'\1conv\2.conv.\3'),
    (re.compile(r'(^|\.)bn(\d)\.(\w+)$'), r'\1conv\2.bn.\3'),
    (re.compile(r'downsample\.0\.'), 'downsample.conv.'),
    (re.compile(r'downsample\.1\.'), 'downsample.bn.'),
)


class Source(NamedTuple):
    """Where the weights of a part of an encoder come from."""

    part: str  # its name inside the encoder, '' for all of it
    path: str
    prefix: str | None


def take_pretrained(encoder: nn.Module) -> list[Source]:
    """Find the weights that an encoder is to start from, and take them off it.

    That is ``pretrained='...'`` and ``init_cfg=dict(type='Pretrained', ...)`` of
    backbones that would load them by halves or not at all. Backbones with a way of
    their own, such as transformers that resize positions, keep it.
    """
    sources = []
    for part, module in encoder.named_modules():
        if getattr(type(module), 'init_weights', None) not in _LENIENT:
            continue
        if isinstance(getattr(module, 'pretrained', None), str):
            if module.pretrained:
                sources.append(Source(part, str(module.pretrained), None))
            module.pretrained = None
        given = getattr(module, 'init_cfg', None)
        entries = [given] if isinstance(given, dict) else list(given or ())
        loads = [entry for entry in entries if entry.get('type') == 'Pretrained']
        for entry in loads:
            sources.append(Source(part, entry['checkpoint'], entry.get('prefix')))
        if loads:
            module.init_cfg = [entry for entry in entries if entry not in loads] or None
    return sources


def check_loaded(encoder: nn.Module, state: dict[str, Tensor], path: str) -> None:
    """Refuse an initialization that left nothing of a file in an encoder.

    For backbones that load in a way of their own, whose result cannot be foretold.

    Raises:
        ValueError: If no tensor of the encoder is one of the file's.
    """
    given: dict[torch.Size, list[Tensor]] = {}
    for value in state.values():
        # Constants, as of a fresh BatchNorm, are equal without having been loaded.
        if value.numel() > 1 and value.ne(value.flatten()[0]).any():
            given.setdefault(value.shape, []).append(value)
    for own in encoder.state_dict().values():
        if any(torch.equal(own.cpu(), value) for value in given.get(own.shape, ())):
            return
    begins = sorted({key.split('.')[0] for key in state})
    raise ValueError(
        f'{type(encoder).__name__} has loaded nothing of {path}, whose names begin '
        f'with {begins[:5]}; take pretrained or init_cfg off it and set '
        'encoder_checkpoints of the model, which loads all or says what does not fit'
    )


def named_weights(encoder: nn.Module) -> str | None:
    """The file that a backbone with a way of its own starts from, if any."""
    given = getattr(encoder, 'init_cfg', None)
    for entry in [given] if isinstance(given, dict) else list(given or ()):
        if entry.get('type') == 'Pretrained':
            return entry['checkpoint']
    path = getattr(encoder, 'pretrained', None)
    return path if isinstance(path, str) and path else None


def select_state(state: dict[str, Tensor], source: Source) -> dict[str, Tensor]:
    """The part of a checkpoint that ``source`` asks for, without its prefix.

    Without a ``prefix`` it is the only encoder of one of our checkpoints, the
    ``backbone.`` of MMAction2's and MMPretrain's, or all.

    Raises:
        ValueError: If nothing has the prefix, or there are several encoders.
    """
    prefix = source.prefix
    if prefix is None:
        names = sorted({k.split('.')[1] for k in state if k.startswith('encoders.')})
        if len(names) > 1:
            raise ValueError(
                f'checkpoint {source.path} holds the encoders {names}; say which one: '
                'set encoder_checkpoints of the model, or init_cfg=dict('
                f"type='Pretrained', checkpoint=..., prefix='encoders.{names[0]}.')"
            )
        own = any(key.startswith('backbone.') for key in state)
        prefix = f'encoders.{names[0]}.' if names else 'backbone.' if own else ''
    prefix = f'{prefix.rstrip(".")}.' if prefix else ''
    found = {
        k.removeprefix(prefix): v for k, v in state.items() if k.startswith(prefix)
    }
    if not found:
        begins = sorted({key.split('.')[0] for key in state})
        raise ValueError(
            f'checkpoint {source.path} holds nothing under {prefix!r}; its names begin '
            f'with {begins[:5]}'
        )
    return found


def fit_state(state: dict[str, Tensor], module: nn.Module) -> dict[str, Tensor]:
    """Fit weights to a network of the same design for other inputs.

    * Torchvision's names become MMAction2's, and classifiers are left out, as are
      stages that ``module`` does not have.
    * 2-D kernels are inflated: repeated along time and divided by its length
      (Carreira & Zisserman, CVPR 2017).
    * The first convolution takes other channels: the mean over its input channels is
      repeated, not rescaled (Wang et al., ECCV 2016, "cross-modality pre-training").
    * Where lateral connections widen a pathway, the new channels get zeros.

    What still does not fit is left as it is, for the loader to name.
    """
    own = module.state_dict()
    stages = {key.split('.')[0] for key in own}
    renamed = {_rename(key, own): value for key, value in state.items()}
    fitted = {k: v for k, v in renamed.items() if k.split('.')[0] in stages}
    kernels = [key for key, value in own.items() if value.ndim >= 4]
    flat = any(fitted[key].ndim < own[key].ndim for key in kernels if key in fitted)
    widened = getattr(module, 'lateral', False)
    for index, key in enumerate(kernels):
        if key not in fitted:
            continue
        kernel, shape = fitted[key], own[key].shape
        more = shape[1] - kernel.shape[1]
        if index == 0 and more:
            kernel = kernel.mean(dim=1, keepdim=True)
            kernel = kernel.repeat_interleave(shape[1], dim=1)
        elif widened and flat and more > 0:
            zeros = kernel.new_zeros(len(kernel), more, *kernel.shape[2:])
            kernel = torch.cat([kernel, zeros], dim=1)
        if kernel.ndim == 4 and len(shape) == 5:
            kernel = kernel.unsqueeze(2).repeat(1, 1, shape[2], 1, 1) / shape[2]
        fitted[key] = kernel
    if flat:
        fitted.update(
            {key: own[key] for key in own if key not in fitted and _ADDED.search(key)}
        )
    return fitted


def _rename(key: str, own: dict[str, Any]) -> str:
    if key in own:
        return key
    renamed = key
    for pattern, replacement in _RENAMED:
        renamed = pattern.sub(replacement, renamed)
    return renamed if renamed in own else key
