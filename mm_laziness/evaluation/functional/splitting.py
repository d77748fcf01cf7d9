"""Split a linear classifier on concatenated features by modality.

N samples, K classes, M modalities of C_m channels.
"""

from collections.abc import Mapping

import torch.nn.functional as F
from torch import Tensor, nn


def split_linear_scores(
    classifier: nn.Linear, feats: Mapping[str, Tensor]
) -> dict[str, Tensor]:
    r"""Scores that each modality's slice of a classifier gives by itself.

    .. math:: z_m = W_m f_m + b / M

    so that the splits add up to the scores of the whole. With it Du et al., ICML 2023,
    look into MM Clf (Table 4), without saying what becomes of the bias; b / M is how
    OGM-GE does it. A bias that makes up for one modality's mean feature is shared all
    the same, which costs each split a little.

    Args:
        classifier (nn.Linear): Of the features in the order of ``feats``.
        feats (Mapping[str, Tensor]): Features (N, C_m) of each modality.

    Returns:
        dict[str, Tensor]: Logits (N, K) of each modality, without gradient, on the
        features' device.

    Raises:
        ValueError: If the widths do not add up to the classifier's.
    """
    widths = {name: feat.shape[-1] for name, feat in feats.items()}
    if sum(widths.values()) != classifier.in_features:
        raise ValueError(
            f'the classifier takes {classifier.in_features} features, but {widths} '
            f'are {sum(widths.values())}; pass all modalities that it was trained on'
        )
    weight = classifier.weight.detach()
    slices = weight.split(list(widths.values()), dim=1)
    bias = classifier.bias.detach() / len(feats)
    return {
        name: F.linear(
            feat.detach().float(), part.to(feat.device), bias.to(feat.device)
        )
        for (name, feat), part in zip(feats.items(), slices, strict=True)
    }
