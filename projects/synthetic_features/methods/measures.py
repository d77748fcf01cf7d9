"""What is measured of a trained model."""

from typing import Any

import torch
from torch import Tensor

from mm_laziness.evaluation.functional import confusion_matrix

from ..generator import SyntheticSet


@torch.no_grad()
def measure(model: Any, data: SyntheticSet) -> dict[str, Any]:
    """Measure a model on a set, in percent.

    Args:
        model (Any): Gives fused scores (N, K) when called with the inputs, and
            ``unimodal_scores(inputs)``.
        data (SyntheticSet): The set.

    Returns:
        dict: ``top1``; ``unimodal_top1`` by modality; ``class_recall``, a list, None
        for a class without samples.
    """
    matrix = confusion_matrix(model(data.inputs), data.labels)
    alone = {
        m: confusion_matrix(scores, data.labels)
        for m, scores in model.unimodal_scores(data.inputs).items()
    }
    return dict(
        top1=_top1(matrix),
        unimodal_top1={m: _top1(counts) for m, counts in alone.items()},
        class_recall=[
            100 * row[k] / sum(row) if sum(row) else None
            for k, row in enumerate(matrix.tolist())
        ],
    )


def _top1(matrix: Tensor) -> float:
    """Percent, of counts (K, K); exact, unlike a mean in float32."""
    return 100 * int(matrix.diagonal().sum()) / int(matrix.sum())
