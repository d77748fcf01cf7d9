"""Accuracy of a trained model without each of its modalities, from one pass."""

import copy
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from mmengine.config import Config
from mmengine.dist import is_main_process
from mmengine.registry import DefaultScope
from tqdm import tqdm

from ...evaluation.metrics import ModalityAccuracy
from ...models.utils import MissingModalities
from ..config import resolve_config
from ..config_parts import model_modalities
from ..fingerprints import fingerprint_of_data, fingerprint_of_weights
from ..probing.evaluation_data import evaluation_dataloader
from ..runs import unwrap
from .names import missing_names
from .records import COMPLETE
from .stand_ins import without

_KEPT = ('top1', 'top5', 'mean1')


@torch.no_grad()
def missing_results(
    model: Any,
    cfg: Config,
    strategies: Sequence[str] = ('zeros', 'mean', 'split'),
    modalities: Sequence[str] | None = None,
) -> dict[str, dict]:
    """Evaluate a model with all modalities and without some, on the validation set.

    Every sample is read and encoded once; the head sees it under each condition. The
    accuracies are those of ``tools/test.py --missing`` on the same data.

    Args:
        model (LateFusionRecognizer | UMERecognizer): Trained, on its device.
        cfg (Config): Its config.
        strategies (Sequence[str]): What stands in for a missing modality; see
            :func:`without`.
        modalities (Sequence[str], optional): Which are missing, one after the other;
            ``a+b`` stands for both at once. Defaults to each alone.

    Returns:
        dict: ``complete`` and, by strategy and missing modality, ``top1``, ``top5`` and
        ``mean1`` in percent, and ``key``, which tells whether model and data changed.

    Raises:
        ValueError: If the model has a single modality, or none of such a name.
    """
    model = unwrap(model)
    model.eval()
    cfg = resolve_config(copy.deepcopy(cfg))
    with DefaultScope.overwrite_default_scope('mmaction'):
        lost = modalities or model_modalities(cfg.model)
        conditions: dict[tuple[str, str], MissingModalities | None] = {
            (COMPLETE, ''): None
        }
        for strategy in strategies:
            for name in lost:
                names = missing_names(cfg, [name])
                conditions[strategy, '+'.join(names)] = without(
                    model, cfg, names, strategy, _store(cfg), 'val_dataloader'
                )
        metrics = _evaluate(model, cfg, conditions)
    key = result_key(model, cfg, 'val_dataloader')
    results: dict[str, dict] = {}
    for (strategy, name), found in metrics.items():
        entry = entry_of(found, key)
        if strategy == COMPLETE:
            results[COMPLETE] = entry
        else:
            results.setdefault(strategy, {})[name] = entry
    return results


def entry_of(metrics: Mapping[str, float], key: str) -> dict[str, Any]:
    """An entry of ``missing.json``: accuracies in percent, and ``key``.

    Args:
        metrics (Mapping[str, float]): Fractions, as ``acc/top1``, of an evaluation.
        key (str): See :func:`result_key`.
    """
    found = {name.rpartition('/')[2]: value for name, value in metrics.items()}
    kept = {name: 100 * float(found[name]) for name in _KEPT if name in found}
    return dict(kept, key=key)


def result_key(model: Any, cfg: Config, loader: str = 'test_dataloader') -> str:
    """What tells whether a result is of these weights and these data."""
    return f'{fingerprint_of_weights(model)}-{fingerprint_of_data(cfg[loader])}'


def _evaluate(model: Any, cfg: Config, conditions: Mapping) -> dict[Any, dict]:
    loader = evaluation_dataloader(cfg, 'val')
    metrics = {condition: ModalityAccuracy() for condition in conditions}
    title = 'without each modality'
    try:
        for batch in tqdm(loader, title, leave=False, disable=not is_main_process()):
            data = model.data_preprocessor(batch, False)
            feats = model.view_features(data['inputs'])
            for condition, missing in conditions.items():
                model.missing = missing
                samples = copy.deepcopy(data['data_samples'])
                samples = model.predict_views(feats, samples)
                metrics[condition].process(None, [one.to_dict() for one in samples])
    finally:
        model.missing = None
    size = len(loader.dataset)  # type: ignore[arg-type]
    return {condition: metric.evaluate(size) for condition, metric in metrics.items()}


def _store(cfg: Config) -> Path | None:
    folder = cfg.get('work_dir')
    return Path(folder) / 'missing_means.pth' if folder else None
