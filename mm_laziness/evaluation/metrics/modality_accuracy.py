"""Accuracy of the fused scores and of each modality."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from mmaction.registry import METRICS
from mmengine.evaluator import BaseMetric
from torch import Tensor

from ..functional.accuracy import label_ranks, mean_class_accuracy_of_predictions

_FUSED = 'pred_score'
_BY_NAME = ('unimodal_scores', 'alternative_scores')
# The rank of a sample whose scores hold NaN; raised about once all ranks are collected.
_NAN = -1


@METRICS.register_module()
class ModalityAccuracy(BaseMetric):
    """Top-k and mean class accuracy of the fused scores, top-1 of each modality.

    Reads ``gt_label``, ``pred_score`` (K,) and, where a data sample has them,
    ``unimodal_scores`` and ``alternative_scores``, each a dict of (K,). The fused
    numbers are those of MMAction2's ``AccMetric``; ``<name>_top1`` is added for every
    entry of the dicts. Only ranks are kept and collected, not scores.

    Example:
        >>> val_evaluator = dict(type='ModalityAccuracy')  # acc/top1, acc/audio_top1

    Args:
        topk (Sequence[int]): The k of the fused top-k accuracies, clipped to K.
            Defaults to (1, 5).
        collect_device (str): ``'cpu'`` or ``'gpu'``, as in MMEngine.
        prefix (str, optional): Defaults to ``'acc'``.
        collect_dir (str, optional): As in MMEngine.
    """

    default_prefix = 'acc'

    def __init__(
        self,
        topk: Sequence[int] = (1, 5),
        collect_device: str = 'cpu',
        prefix: str | None = None,
        collect_dir: str | None = None,
    ) -> None:
        super().__init__(collect_device, prefix, collect_dir)
        if not topk or any(not isinstance(k, int) or k < 1 for k in topk):
            raise ValueError(f'topk must be integers of at least 1, but got {topk!r}')
        self.topk = tuple(topk)

    def process(self, data_batch: Any, data_samples: Sequence[dict]) -> None:
        """Rank the labels of a batch.

        Args:
            data_batch (Any): Not used.
            data_samples (Sequence[dict]): The model's outputs as dicts.

        Raises:
            ValueError: If scores or the one label are missing or do not fit.
        """
        entries = [_read_scores(sample) for sample in data_samples]
        labels = torch.tensor([_read_label(sample) for sample in data_samples])
        _check_same_names(entries)
        ranks = {}
        for name in entries[0]:
            scores = _stack([entry[name] for entry in entries], name)
            _check_range(labels, scores.shape[1], name)
            rank = label_ranks(scores, labels.to(scores.device))
            ranks[name] = rank.masked_fill(scores.isnan().any(dim=1), _NAN).tolist()
        fused = torch.stack([entry[_FUSED] for entry in entries])
        predictions = fused.argmax(dim=1).tolist()
        for i, label in enumerate(labels.tolist()):
            self.results.append(
                dict(
                    label=label,
                    prediction=predictions[i],
                    num_classes=fused.shape[1],
                    ranks={name: rank[i] for name, rank in ranks.items()},
                )
            )

    def compute_metrics(self, results: list) -> dict:
        """Compute the accuracies of all samples.

        Args:
            results (list[dict]): What ``process`` has kept of each sample.

        Returns:
            dict: Fractions ``top<k>``, ``mean1`` and ``<name>_top1``.

        Raises:
            ValueError: If there is no sample, scores are NaN, or modalities differ.
        """
        if not results:
            raise ValueError('no sample was tested; is the annotation file empty?')
        _check_same_names([result['ranks'] for result in results])
        ranks = {
            name: torch.tensor([result['ranks'][name] for result in results])
            for name in results[0]['ranks']
        }
        for name, rank in ranks.items():
            if (rank == _NAN).any():
                raise ValueError(
                    f'the scores {name!r} are NaN for {int((rank == _NAN).sum())} of '
                    f'{len(results)} samples; the model may have diverged'
                )
        fused = ranks.pop(_FUSED)
        metrics = {f'top{k}': _share_below(fused, k) for k in self.topk}
        mean_class = mean_class_accuracy_of_predictions(
            torch.tensor([result['prediction'] for result in results]),
            torch.tensor([result['label'] for result in results]),
            max(result['num_classes'] for result in results),
        )
        metrics['mean1'] = float(mean_class)
        for name, rank in ranks.items():
            metrics[f'{name}_top1'] = _share_below(rank, 1)
        return metrics


def _share_below(ranks: Tensor, k: int) -> float:
    return int((ranks < k).sum()) / len(ranks)


def _read_scores(sample: Mapping) -> dict[str, Tensor]:
    """All scores (K,) of a data sample, the fused ones first."""
    if sample.get(_FUSED) is None:
        raise ValueError(
            'a data sample has no pred_score; the model must return predictions '
            "(mode='predict')"
        )
    entries = {_FUSED: sample[_FUSED]}
    for field in _BY_NAME:
        for name, scores in (sample.get(field) or {}).items():
            if name in entries:
                raise ValueError(
                    f'{field} holds the name {name!r}, which other scores have too'
                )
            entries[name] = scores
    return entries


def _read_label(sample: Mapping) -> int:
    label = sample.get('gt_label')
    if label is None:
        raise ValueError(
            'a data sample has no gt_label; the annotations must hold a label'
        )
    if label.numel() != 1:
        raise ValueError(
            'ModalityAccuracy assumes one label per sample, but gt_label has '
            f'{label.numel()} entries; multi-label data needs '
            "AccMetric(metric_list='mean_average_precision')"
        )
    return int(label)


def _check_same_names(entries: Sequence[Mapping]) -> None:
    for entry in entries:
        if set(entry) != set(entries[0]):
            raise ValueError(
                'all samples of a test must have scores of the same names, but some '
                f'have {list(entries[0])} and others {list(entry)}'
            )


def _stack(scores: Sequence[Tensor], name: str) -> Tensor:
    shapes = sorted({tuple(score.shape) for score in scores})
    if len(shapes) != 1 or len(shapes[0]) != 1:
        raise ValueError(
            f'the scores {name!r} must have one shape (K,), but have {shapes}'
        )
    return torch.stack(list(scores))


def _check_range(labels: Tensor, num_classes: int, name: str) -> None:
    low, high = int(labels.min()), int(labels.max())
    if low < 0 or high >= num_classes:
        raise ValueError(
            f'the scores {name!r} are of {num_classes} classes, but labels range from '
            f'{low} to {high}; set num_classes to that of the annotations'
        )
