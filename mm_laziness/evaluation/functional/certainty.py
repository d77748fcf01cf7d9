"""Average the scores of several classifiers by how certain each is."""

from collections.abc import Sequence

import torch
from torch import Tensor


def certainty_weighted_scores(scores: Sequence[Tensor], temperature: float) -> Tensor:
    r"""Weight scores, per sample, by the certainty of their classifiers.

    .. math:: z = \sum_m w_m z_m, \quad w = softmax_m(c_m / T), \quad
        c_m = \max_k softmax(z_m)_k

    Source: Fan et al., ACM MM 2024, and its code. Certainties lie in [1/K, 1], so
    that T = 1 prefers one classifier to another by a factor of at most e.

    Args:
        scores (Sequence[Tensor]): Logits, each of shape (N, K).
        temperature (float): T; the higher, the more equal the weights.

    Returns:
        Tensor: Logits of shape (N, K), float32 or wider.

    Raises:
        ValueError: If the temperature is not positive, there are no scores, or their
            shapes differ.
    """
    if not temperature > 0:
        raise ValueError(f'the temperature must be positive, but got {temperature}')
    shapes = sorted({tuple(score.shape) for score in scores})
    if len(shapes) != 1 or len(shapes[0]) != 2:
        raise ValueError(f'scores must have one shape (N, K), but have {shapes}')
    stacked = torch.stack(list(scores))
    stacked = stacked.to(torch.promote_types(stacked.dtype, torch.float32))
    certainty = stacked.softmax(dim=2).amax(dim=2, keepdim=True)
    return ((certainty / temperature).softmax(dim=0) * stacked).sum(dim=0)
