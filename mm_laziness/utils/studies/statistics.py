"""How sure the differences of a study are, and what its methods cost.

S seeds, N test samples.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from ...evaluation.functional import accuracy_interval, paired_bootstrap
from ...evaluation.functional.accuracy import label_ranks
from ...evaluation.predictions import Predictions
from ...visualization.results import unimodal_method
from ..probing.probe_hits import ProbeHits


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


def add_probe_significance(
    results: dict[str, dict],
    hits: Mapping[str, Sequence[ProbeHits]],
    methods: Collection[str],
) -> None:
    """Add intervals of the probes, and how lazy each encoder is, sample by sample.

    Both the test samples and the seeds are resampled: see :func:`paired_bootstrap`.

    Args:
        results (dict[str, dict]): As of :func:`summarize`; changed in place. Methods
            get, by modality, ``probe_interval`` (percent) and, against the method
            that trains this encoder alone, ``probe_difference`` (points),
            ``probe_difference_interval`` and ``probe_p_value``.
        hits (Mapping[str, Sequence[ProbeHits]]): By method, one per seed, of the same
            samples in the same order.
        methods (Collection[str]): Those that train encoders; others are not compared,
            as theirs are the same.
    """
    compared = set(hits) & set(methods)
    for name, own in hits.items():
        found: dict[str, dict] = {}
        for modality in results[name].get('probe_top1') or {}:
            right = _probed(own, modality)
            ends = [100 * end for end in accuracy_interval(right)]
            found.setdefault('probe_interval', {})[modality] = ends
            alone = unimodal_method(results, modality)
            if alone is None or alone == name or not {alone, name} <= compared:
                continue
            gap = paired_bootstrap(right, _probed(hits[alone], modality))
            for key, value in (
                ('probe_difference', 100 * gap['difference']),
                ('probe_difference_interval', [100 * gap['low'], 100 * gap['high']]),
                ('probe_p_value', gap['p_value']),
            ):
                found.setdefault(key, {})[modality] = value
        results[name].update(found)


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


def _probed(hits: Sequence[ProbeHits], modality: str) -> Tensor:
    """Which samples a probe gets right, bool (S, N)."""
    return torch.stack([own.right[modality] for own in hits])


def _correct(predictions: Sequence[Predictions]) -> Tensor:
    """Which samples are right, bool (S, N)."""
    return torch.stack([label_ranks(p.scores, p.labels) == 0 for p in predictions])
