"""Average of the scores of several models (UME)."""

from collections.abc import Mapping

import torch
from torch import Tensor


def average_scores(
    scores: Mapping[str, Tensor],
    weights: Mapping[str, float] | None = None,
    average: str = 'score',
) -> Tensor:
    """Average the members' logits, or their probabilities.

    The Uni-Modal Ensemble of Du et al., ICML 2023, which says "predictions" and leaves
    open which of the two is meant.

    Args:
        scores (Mapping[str, Tensor]): Logits (N, K) of each member.
        weights (Mapping[str, float], optional): A weight per member, at least 0;
            normalized to sum 1. Defaults to equal weights.
        average (str): ``'score'`` for logits or ``'prob'`` for their softmax.

    Returns:
        Tensor: Logits or probabilities of shape (N, K).

    Raises:
        ValueError: If there is no member, shapes differ, or weights do not fit.
    """
    if average not in ('score', 'prob'):
        raise ValueError(f"average must be 'score' or 'prob', but got {average!r}")
    shapes = {name: tuple(member.shape) for name, member in scores.items()}
    if len(set(shapes.values())) != 1:
        raise ValueError(
            f'the members need scores of one shape (N, K), but got {shapes}'
        )
    shares = _normalize(weights, list(scores))
    if average == 'prob':
        scores = {name: member.softmax(dim=-1) for name, member in scores.items()}
    weighted = [shares[name] * member for name, member in scores.items()]
    return torch.stack(weighted).sum(dim=0)


def _normalize(
    weights: Mapping[str, float] | None, members: list[str]
) -> dict[str, float]:
    if weights is None:
        return {name: 1 / len(members) for name in members}
    if set(weights) != set(members):
        raise ValueError(
            f'weights must name the members {members}, but name {list(weights)}'
        )
    total = sum(weights.values())
    # Written so that NaN fails too.
    if not (min(weights.values()) >= 0 and 0 < total < float('inf')):
        raise ValueError(
            'weights must be at least 0 and one of them above 0, '
            f'but got {dict(weights)}'
        )
    return {name: weight / total for name, weight in weights.items()}
