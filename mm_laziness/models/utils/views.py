"""Bring the views (segments, clips, crops) of all modalities to one number."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn


def merge_segments(feats: Tensor, num_segments: int, modality: str) -> Tensor:
    """Average groups of consecutive views.

    Args:
        feats (Tensor): Of shape (N, V, C).
        num_segments (int): Views that form one clip.
        modality (str): For the message.

    Returns:
        Tensor: Of shape (N, V / num_segments, C).

    Raises:
        ValueError: If ``num_segments`` does not divide V.
    """
    samples, views, width = feats.shape
    if views % num_segments:
        raise ValueError(
            f'{modality} has {views} views, which num_segments = {num_segments} does '
            'not divide; set num_clips of the frame sampler to a multiple of it'
        )
    return feats.view(samples, views // num_segments, num_segments, width).mean(dim=2)


def align_views(feats: dict[str, Tensor]) -> dict[str, Tensor]:
    """Repeat views so that all modalities have as many.

    MMAction2 orders views crop by crop, each with all clips; a sound has clips, but
    no crops, so its clips are repeated for every crop.

    Args:
        feats (dict[str, Tensor]): Of shapes (N, V_m, C_m).

    Returns:
        dict[str, Tensor]: Of shapes (N * V, C_m), V the largest V_m.

    Raises:
        ValueError: If some V_m does not divide V.
    """
    views = {name: feat.shape[1] for name, feat in feats.items()}
    most = max(views.values())
    if any(most % count for count in views.values()):
        raise ValueError(
            f'the modalities have {views} views per sample; each must divide the '
            'largest. Check num_clips, the crops, and num_segments of the recognizer'
        )
    return {
        name: torch.flatten(feat.repeat(1, most // views[name], 1), 0, 1)
        for name, feat in feats.items()
    }


def segments_per_clip(
    encoders: Mapping[str, nn.Module], data_preprocessor: Any, inputs: dict[str, Tensor]
) -> dict[str, int]:
    """How many views form one clip if nobody says: all, or, beside 3-D input, one.

    One also where all modalities are sound.

    Args:
        encoders (Mapping[str, nn.Module]): By modality.
        data_preprocessor (Any): The model's.
        inputs (dict[str, Tensor]): Of all modalities, (N, views, C, [T,] H, W), or of
            some: the others' absence changes nothing.
    """
    from ..data_preprocessors import SpectrogramPreprocessor

    stages = dict(getattr(data_preprocessor, 'preprocessors', {}))
    sound = all(isinstance(stages.get(m), SpectrogramPreprocessor) for m in encoders)
    moving = [
        inputs[name].ndim == 6
        if name in inputs
        else getattr(stages.get(name), 'format_shape', '') == 'NCTHW'
        or any(weight.ndim == 5 for weight in encoder.parameters())
        for name, encoder in encoders.items()
    ]
    if sound or any(moving):
        return dict.fromkeys(inputs, 1)
    return {name: views.shape[1] for name, views in inputs.items()}


def split_views(
    images: Tensor, limit: int | None, num_segments: int = 1
) -> tuple[Tensor, ...]:
    """Split what an encoder sees at once, to bound the memory of a test.

    Args:
        images (Tensor): Of shape (N * V, ...).
        limit (int, optional): Views at once. Defaults to all.
        num_segments (int): Views that the encoder mixes, as temporal shifts do; they
            stay together.

    Raises:
        ValueError: If ``limit`` is no multiple of ``num_segments``.
    """
    if not limit:
        return (images,)
    if limit % num_segments:
        raise ValueError(
            f'max_testing_views must be a multiple of the {num_segments} segments that '
            f'the encoder takes at once, but is {limit}'
        )
    return images.split(limit)
