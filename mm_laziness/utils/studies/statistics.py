"""How sure the differences of a study are, and what its methods cost.

S seeds, N test samples.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from ...evaluation.functional import accuracy_interval, paired_bootstrap
from ...evaluation.functional.accuracy import label_ranks
from ...evaluation.predictions import Predictions


def add_significance(
    results: dict[str, dict],
    predictions: Mapping[str, Sequence[Predictions]],
    baseline: str,
) -> None:
    """Add intervals, and the difference of each method to the baseline.

    Both the test samples and the seeds are resampled: see :func:`paired_bootstrap`.

    Args:
        results (dict[str, dict]): As of :func:`summarize`; changed in place. Methods
            get ``top1_interval``, and all but the baseline ``baseline``,
            ``difference`` (points), ``difference_interval`` and ``p_value``.
        predictions (Mapping[str, Sequence[Predictions]]): By method, one per seed, of
            the same samples in the same order.
        baseline (str): The method that others are compared with.
    """
    right = {name: _correct(own) for name, own in predictions.items() if own}
    for name, own in right.items():
        entry = results[name]
        entry['top1_interval'] = [100 * end for end in accuracy_interval(own)]
        if baseline in right and name != baseline:
            found = paired_bootstrap(own, right[baseline])
            entry.update(
                baseline=baseline,
                difference=100 * found['difference'],
                difference_interval=[100 * found['low'], 100 * found['high']],
                p_value=found['p_value'],
            )


def add_costs(
    results: dict[str, dict[str, Any]],
    lineages: Mapping[str, Sequence[str]],
    baseline: str,
) -> None:
    """Add seconds relative to the baseline's.

    Args:
        results (dict[str, dict]): As of :func:`summarize`; changed in place.
            ``relative_cost`` is that of a method alone, and
            ``relative_cost_with_teachers`` includes what must be trained before.
        lineages (Mapping[str, Sequence[str]]): By method the names of these.
        baseline (str): The method whose cost is 1; without it nothing is added.
    """
    unit = results.get(baseline, {}).get('seconds')
    if not unit:
        return
    for name, entry in results.items():
        entry['relative_cost'] = entry['seconds'] / unit
        if all(other in results for other in lineages[name]):
            before = sum(results[other]['seconds'] for other in lineages[name])
            entry['relative_cost_with_teachers'] = (entry['seconds'] + before) / unit


def _correct(predictions: Sequence[Predictions]) -> Tensor:
    """Which samples are right, bool (S, N)."""
    return torch.stack([label_ranks(p.scores, p.labels) == 0 for p in predictions])
