"""Pool what a backbone returns into one feature vector per clip."""

from collections.abc import Sequence

import torch
from torch import Tensor


def pool_features(outputs: Tensor | Sequence) -> Tensor:
    """Average a backbone's output over space and time.

    Args:
        outputs (Tensor | Sequence): A map (N, C, H, W) or (N, C, T, H, W), tokens
            (N, L, C), or pooled features (N, C); or a sequence of them, one per
            pathway (SlowFast), whose features are concatenated. A nested pair
            [map, class token], as of MMAction2's MViT, counts as its class token.

    Returns:
        Tensor: Features of shape (N, C).

    Raises:
        ValueError: If an output has another number of dimensions.
    """
    if isinstance(outputs, Tensor):
        if outputs.ndim == 2:
            return outputs
        if outputs.ndim == 3:
            return outputs.mean(dim=1)
        if outputs.ndim in (4, 5):
            return outputs.flatten(2).mean(dim=2)
        raise ValueError(
            'an encoder must return features (N, C), tokens (N, L, C) or maps '
            f'(N, C, [T,] H, W), but returned the shape {tuple(outputs.shape)}'
        )
    if not outputs:
        raise ValueError('an encoder returned an empty sequence')
    pathways = [
        pool_features(item if isinstance(item, Tensor) else item[-1])
        for item in outputs
    ]
    return pathways[0] if len(pathways) == 1 else torch.cat(pathways, dim=1)
