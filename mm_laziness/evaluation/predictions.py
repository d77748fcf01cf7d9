"""Predictions on a whole test set, from the files that ``--dump`` writes."""

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from .restricted_pickle import load_plain_pickle

_BY_NAME = ('unimodal_scores', 'alternative_scores')


@dataclass
class Predictions:
    """What a model says of each test sample; N samples, K classes.

    Args:
        scores (Tensor): Fused scores (N, K), float32: logits, or whatever the model's
            ``pred_score`` is.
        labels (Tensor): Class indices (N,), int64.
        unimodal (dict[str, Tensor]): Scores (N, K) of each modality, if there are any.
        alternatives (dict[str, Tensor]): Scores (N, K) of other ways to fuse.
    """

    scores: Tensor
    labels: Tensor
    unimodal: dict[str, Tensor] = field(default_factory=dict)
    alternatives: dict[str, Tensor] = field(default_factory=dict)


def load_predictions(path: str | Path) -> Predictions:
    """Read a file of ``tools/test.py --dump``, ours or MMAction2's.

    Only containers, tensors and numpy arrays are read: a pickle that asks for anything
    else is refused by name, and nothing of it runs.

    Args:
        path (str or Path): A pickled list with a dict per sample, in the order of the
            data set: ``pred_score`` (K,), or ``pred_scores`` with ``item`` in older
            files, ``gt_label``, and what our models add.

    Returns:
        Predictions: On the CPU.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If the file is no such list or wants to run code, a sample lacks
            scores or the one label, or scores are NaN or of different lengths.
    """
    samples = load_plain_pickle(path)
    listed = samples if isinstance(samples, list) else []
    kinds = {type(sample).__name__ for sample in listed}
    if not isinstance(samples, list) or kinds - {'dict'}:
        raise ValueError(
            f'{path} must hold a list with a dict per test sample, but holds a '
            f'{type(samples).__name__}{" of " if kinds else ""}'
            f'{", ".join(sorted(kinds))}; write it with python tools/test.py CONFIG '
            f'CHECKPOINT --dump {Path(path).name}'
        )
    if not samples:
        raise ValueError(
            f'{path} holds no samples; is the annotation file of the test set empty?'
        )
    rows = [_read(sample, i, path) for i, sample in enumerate(samples)]
    names = list(rows[0][1])
    for index, (_, scores) in enumerate(rows):
        if set(scores) != set(names):
            raise ValueError(
                f'all samples of {path} must have scores of the same names, but sample '
                f'0 has {_written(names)} and sample {index} {_written(scores)}'
            )
    stacked = {n: _stack([scores[n] for _, scores in rows], n, path) for n in names}
    labels = torch.tensor([label for label, _ in rows])
    fused = stacked['pred_score', '']
    low, high = int(labels.min()), int(labels.max())
    if low < 0 or high >= fused.shape[1]:
        raise ValueError(
            f'the scores of {path} are of {fused.shape[1]} classes, but its labels '
            f'range from {low} to {high}; set num_classes to that of the annotations'
        )
    parts = [
        {name: value for (kind, name), value in stacked.items() if kind == wanted}
        for wanted in _BY_NAME
    ]
    return Predictions(fused, labels, *parts)


def check_same_samples(
    predictions: Mapping[str, Predictions], files: Mapping[str, Any]
) -> None:
    """Check that predictions are of the same samples in the same order.

    Args:
        predictions (Mapping[str, Predictions]): By name.
        files (Mapping[str, Any]): Where each comes from, for the message.

    Raises:
        ValueError: If their numbers of samples, labels or numbers of classes differ;
            names two files and the first difference.
    """
    first, *others = predictions
    wanted = predictions[first]
    for name in others:
        own = predictions[name]
        pair = f'{files[first]} and {files[name]}'
        advice = 'evaluate both models with the same annotation file'
        if len(own.labels) != len(wanted.labels):
            raise ValueError(
                f'{pair} hold different numbers of samples, {len(wanted.labels)} and '
                f'{len(own.labels)}; {advice}'
            )
        if own.scores.shape[1] != wanted.scores.shape[1]:
            raise ValueError(
                f'{pair} hold scores of different numbers of classes, '
                f'{wanted.scores.shape[1]} and {own.scores.shape[1]}; {advice}'
            )
        different = (own.labels != wanted.labels).nonzero()
        if len(different):
            at = int(different[0])
            raise ValueError(
                f'the labels in {pair} differ, first at sample {at} (counted from 0): '
                f'{int(wanted.labels[at])} and {int(own.labels[at])}; {advice}, in the '
                'same order'
            )


def _read(sample: Mapping, index: int, path: Any) -> tuple[int, dict]:
    """The label of a sample, and its scores by kind and name."""
    place = f'sample {index} of {path}'
    fused = sample.get('pred_score', sample.get('pred_scores'))
    if isinstance(fused, Mapping):
        if 'item' not in fused:
            raise ValueError(
                f'{place} has one pred_score for each of {list(fused)} and none for '
                'all; only single scores can be compared: keep the one that you mean '
                'as pred_score'
            )
        fused = fused['item']
    if fused is None:
        raise ValueError(
            f'{place} has no pred_score, only {list(sample)}; write the file with '
            'python tools/test.py CONFIG CHECKPOINT --dump FILE'
        )
    scores = {('pred_score', ''): fused}
    for kind in _BY_NAME:
        for name, value in (sample.get(kind) or {}).items():
            scores[kind, name] = value
    return _label(sample, place), scores


def _label(sample: Mapping, place: str) -> int:
    label = sample.get('gt_label', sample.get('gt_labels'))
    if isinstance(label, Mapping):
        label = label.get('item')
    if label is None:
        raise ValueError(
            f'{place} has no gt_label; the annotation file must hold a label'
        )
    values = torch.as_tensor(label).flatten()
    if len(values) != 1:
        raise ValueError(
            f'{place} has {len(values)} entries in gt_label; class accuracies assume '
            'one label per sample, multi-label data cannot be analysed'
        )
    return int(values)


def _stack(rows: Sequence[Any], key: tuple[str, str], path: Any) -> Tensor:
    words = f'the scores {" of ".join(filter(None, key))!r} of {path}'
    with warnings.catch_warnings():
        # Arrays read from a file are read-only, and nobody writes here.
        warnings.simplefilter('ignore')
        try:
            tensors = [torch.as_tensor(row).float() for row in rows]
        except (TypeError, ValueError, RuntimeError) as error:
            raise ValueError(f'{words} are no numbers: {error}') from error
    shapes = sorted({tuple(tensor.shape) for tensor in tensors})
    if len(shapes) != 1 or len(shapes[0]) != 1 or shapes[0][0] == 0:
        raise ValueError(f'{words} must have one shape (classes,), but have {shapes}')
    stacked = torch.stack(tensors)
    broken = int(stacked.isnan().any(dim=1).sum())
    if broken:
        raise ValueError(
            f'{words} are NaN for {broken} of {len(stacked)} samples; the model may '
            'have diverged: use an earlier checkpoint'
        )
    return stacked


def _written(names: Iterable[tuple[str, str]]) -> list[str]:
    return [' of '.join(filter(None, name)) for name in names]
