"""Tell by a short text whether weights and data are the same as before."""

import hashlib
from typing import Any

import torch
from mmengine.config import Config
from torch import nn

# How files are read, which changes no number.
_READING = ('missing', 'cache', 'on_error', 'max_refetch', 'lazy_init', '_scope_')


def fingerprint_of_weights(model: nn.Module) -> str:
    """A digest of all weights and buffers, 16 hexadecimal digits.

    Of the weights, not of a file: it stays when a checkpoint is copied or renamed.
    """
    digest = hashlib.sha1()
    for name, value in model.state_dict().items():
        if torch.is_tensor(value):
            data = value.detach().cpu().contiguous().view(-1).view(torch.uint8)
            digest.update(f'{name}{tuple(value.shape)}{value.dtype}'.encode())
            digest.update(data.numpy().tobytes())
    return digest.hexdigest()[:16]


def fingerprint_of_data(*loaders: Any) -> str:
    """A digest of what data loader configs say about their data."""
    parts = [loader and loader.get('dataset') for loader in loaders]
    return hashlib.sha1(repr([_plain(part) for part in parts]).encode()).hexdigest()[
        :16
    ]


def _plain(value: Any) -> Any:
    """Of any config, sorted, without what changes no number."""
    if isinstance(value, Config):
        value = value.to_dict()
    if isinstance(value, dict):
        return sorted(
            (key, _plain(of)) for key, of in value.items() if key not in _READING
        )
    if isinstance(value, (list, tuple)):
        return [_plain(of) for of in value]
    return value
