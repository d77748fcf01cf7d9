"""From sums over an epoch, and metrics of a validation, to what is worth a look."""

import math
from collections.abc import Mapping
from typing import Any

from torch import Tensor

from ...evaluation.functional import coefficients_from_sums


def training_numbers(sums: Mapping[str, Tensor], names: list[str]) -> dict[str, Any]:
    """Means over an epoch; accuracies and shares in percent.

    What was not measured, or is not finite, is left out: accuracies if labels were
    soft, gradients of frozen encoders, ratios and shares of a single modality.

    Args:
        sums (Mapping[str, Tensor]): What :meth:`LazinessMeter.sums` returns.
        names (list[str]): The M modalities, in its order.

    Returns:
        dict: ``train_top1`` of the fused scores, and ``modalities``: by modality
        ``train_top1``, ``grad_norm``, ``grad_share``, ``feature_norm``, ``ogm_ratio``.
    """
    norms = sums['grad_norm'] / sums['steps']
    rows: dict[str, Tensor] = {}
    hard = bool(sums['hard_rows'] == sums['rows'])
    if hard:
        rows['train_top1'] = 100 * sums['hits'] / sums['rows']
    rows['grad_norm'] = norms
    if len(names) > 1:
        rows['grad_share'] = 100 * norms / norms.nansum()
    rows['feature_norm'] = sums['feature_norm'] / sums['rows']
    if len(names) > 1 and hard and sums['rows']:
        rows['ogm_ratio'] = coefficients_from_sums(sums['confidence'], alpha=1.0)[0]
    fused = 100 * sums['fused_hits'] / sums['fused_rows']
    return dict(
        **_finite({'train_top1': float(fused)} if hard else {}),
        modalities={
            name: _finite({key: float(row[index]) for key, row in rows.items()})
            for index, name in enumerate(names)
        },
    )


def validation_numbers(
    metrics: Mapping[str, Any],
    training: Mapping[str, Mapping[str, float]],
    references: Mapping[str, float],
) -> dict[str, Any]:
    """Accuracies of a validation beside those of training and of the references.

    Args:
        metrics (Mapping): Fractions, as ``ModalityAccuracy`` gives them: ``top1`` and
            ``<m>_top1``, with any prefix that ends in a slash.
        training (Mapping): By modality the numbers of training in that epoch.
        references (Mapping[str, float]): By modality the reference's top-1 in that
            epoch, in percent, where it is known.

    Returns:
        dict: In percent: ``top1``, and ``modalities``: by modality ``val_top1``,
        ``train_val_gap`` (training minus validation), ``reference_top1`` and
        ``reference_gap`` (own minus reference: below 0 the encoder lags behind).
    """
    found = {key.rsplit('/', 1)[-1]: value for key, value in metrics.items()}
    modalities: dict[str, dict[str, float]] = {}
    for name, numbers in training.items():
        own = found.get(f'{name}_top1')
        # The fused scores of a uni-modal model are its own; any metric has them.
        if own is None and len(training) == 1:
            own = found.get('top1')
        entry = modalities[name] = {}
        if own is not None:
            entry['val_top1'] = 100 * float(own)
            if 'train_top1' in numbers:
                entry['train_val_gap'] = numbers['train_top1'] - entry['val_top1']
        if name in references:
            entry['reference_top1'] = references[name]
            if own is not None:
                entry['reference_gap'] = entry['val_top1'] - references[name]
    fused = {'top1': 100 * float(found['top1'])} if 'top1' in found else {}
    return dict(**fused, modalities=modalities)


def scalars_of(numbers: Mapping[str, Any]) -> dict[str, float]:
    """Numbers of an epoch as ``laziness/<number>`` and ``laziness/<m>_<number>``."""
    scalars = {f'laziness/{k}': v for k, v in numbers.items() if k != 'modalities'}
    for name, own in numbers['modalities'].items():
        scalars.update({f'laziness/{name}_{k}': v for k, v in own.items()})
    return scalars


def _finite(numbers: dict[str, float]) -> dict[str, float]:
    return {key: value for key, value in numbers.items() if math.isfinite(value)}
