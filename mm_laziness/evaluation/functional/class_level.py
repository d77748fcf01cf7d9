"""Accuracies class by class (Du et al., ICML 2023, Sec. 3.2 and A.7.2).

N samples, K classes. A class in which joint training is right more often than the
uni-modal models taken together (their *sum*) is evidence of paired features: what none
of the modalities tells alone.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from torch import Tensor

from .confusion import confusion_matrix
from .gain_interval import gain_interval

# Below this a class's accuracy moves in steps of more than ten points.
FEW_SAMPLES = 10


def class_level_table(
    scores: Mapping[str, Tensor],
    labels: Tensor,
    class_names: Sequence[str] | None = None,
    *,
    unimodal: Sequence[str] | None = None,
    joint: str | None = None,
) -> list[dict[str, Any]]:
    """Compare models class by class (Tables 2, 16 and 17).

    Args:
        scores (Mapping[str, Tensor]): Scores (N, K) of each model, of any monotone
            kind.
        labels (Tensor): Class indices (N,).
        class_names (Sequence[str], optional): Defaults to the indices.
        unimodal (Sequence[str], optional): Names in ``scores`` of the uni-modal models.
        joint (str, optional): Name of the model that is compared with them.

    Returns:
        list[dict]: A row per class: ``class`` (index), ``name``, ``count`` of samples,
        ``accuracy`` (percent by model), ``unimodal_sum`` (percent), ``exceeds_sum``
        (whether ``joint`` is right more often than two or more uni-modal models
        together), ``gain``
        (``joint`` less the best uni-modal model, in points) and ``gain_interval``, see
        :func:`gain_interval`. What cannot be said, as of a class without samples, is
        None.

    Raises:
        ValueError: If shapes, class names or the names of models do not fit.
    """
    return _table(
        _matrices(scores, labels), labels, scores, class_names, unimodal, joint
    )


def class_report(
    scores: Mapping[str, Tensor],
    labels: Tensor,
    class_names: Sequence[str] | None = None,
    unimodal: Sequence[str] = (),
    joint: str | None = None,
    top: int = 10,
) -> dict[str, Any]:
    """All that is said about classes, as plain numbers for JSON.

    Args:
        scores (Mapping[str, Tensor]): See :func:`class_level_table`.
        labels (Tensor): Class indices (N,).
        class_names (Sequence[str], optional): Defaults to the indices.
        unimodal (Sequence[str]): Names of the uni-modal models.
        joint (str, optional): Name of the model that is compared with them.
        top (int): How many classes ``top_gains`` holds.

    Returns:
        dict: ``class_names``; ``counts`` of samples; ``names`` of the models;
        ``unimodal``, ``joint``; ``table``, the rows; ``paired_classes``, indices of
        those where ``joint`` exceeds the sum, largest margin first; ``top_gains``,
        indices of the ``top`` largest gains; ``mean``, the mean over classes with
        samples, and ``top1``, over samples, by model in percent; ``confusion``, by
        model K lists of K counts, rows are the truth.

    Raises:
        ValueError: As :func:`class_level_table`.
    """
    matrices = _matrices(scores, labels)
    rows = _table(matrices, labels, scores, class_names, unimodal or None, joint)
    seen = [row for row in rows if row['count']]
    compared = [row for row in seen if row['gain'] is not None]
    paired = [row for row in compared if row['exceeds_sum']]
    # Sorting is stable, so that ties stay in the order of the classes.
    paired.sort(key=lambda row: row['unimodal_sum'] - row['accuracy'][joint])
    gains = sorted(compared, key=lambda row: -row['gain'])
    return dict(
        class_names=[row['name'] for row in rows],
        counts=[row['count'] for row in rows],
        names=list(scores),
        unimodal=list(unimodal),
        joint=joint,
        table=rows,
        paired_classes=[row['class'] for row in paired],
        top_gains=[row['class'] for row in gains[: max(top, 0)]],
        mean={n: mean_accuracy(rows, n) for n in scores},
        top1={
            n: 100 * int(m.diagonal().sum()) / len(labels) for n, m in matrices.items()
        },
        confusion={name: matrix.tolist() for name, matrix in matrices.items()},
    )


def mean_accuracy(rows: Sequence[Mapping[str, Any]], name: str) -> float | None:
    """Mean over classes of a model's accuracy; None without a class with samples."""
    values = [row['accuracy'][name] for row in rows if row['count']]
    return sum(values) / len(values) if values else None


def _matrices(scores: Mapping[str, Tensor], labels: Tensor) -> dict[str, Tensor]:
    if not scores or not len(labels):
        raise ValueError(
            f'there is nothing to compare: {len(scores)} models, {len(labels)} samples'
        )
    widths = {name: tuple(rows.shape) for name, rows in scores.items()}
    if len(set(widths.values())) != 1:
        raise ValueError(f'scores must have one shape (N, K), but have {widths}')
    return {name: confusion_matrix(rows, labels) for name, rows in scores.items()}


def _table(
    matrices: Mapping[str, Tensor],
    labels: Tensor,
    scores: Mapping[str, Tensor],
    class_names: Sequence[str] | None,
    unimodal: Sequence[str] | None,
    joint: str | None,
) -> list[dict[str, Any]]:
    singles = list(unimodal or ())
    unknown = [n for n in (*singles, joint) if n is not None and n not in scores]
    if unknown or joint in singles:
        raise ValueError(
            f'unimodal {singles} and joint {joint!r} must be different ones of '
            f'{list(scores)}'
        )
    counts = next(iter(matrices.values())).sum(dim=1).tolist()
    names = [str(i) for i in range(len(counts))]
    if class_names is not None:
        if len(class_names) != len(counts):
            raise ValueError(
                f'there are {len(class_names)} class names for {len(counts)} classes'
            )
        names = list(class_names)
    right = {name: rows.argmax(dim=1) == labels for name, rows in scores.items()}
    table = []
    for index, name in enumerate(names):
        # Right or not, sample by sample of this class.
        own = {n: hits[labels == index] for n, hits in right.items()}
        row = {'class': index, 'name': name, 'count': counts[index]}
        table.append({**row, **_compare(own, counts[index], singles, joint)})
    return table


def _compare(
    right: Mapping[str, Tensor], count: int, unimodal: Sequence[str], joint: str | None
) -> dict[str, Any]:
    """A row's numbers, from which of a class's samples (n,) each model has right."""
    hits = {name: int(own.sum()) for name, own in right.items()}
    result: dict[str, Any] = dict(
        accuracy={n: 100 * h / count if count else None for n, h in hits.items()},
        unimodal_sum=None,
        exceeds_sum=None,
        gain=None,
        gain_interval=None,
    )
    if not count or not unimodal:
        return result
    total = sum(hits[name] for name in unimodal)
    result['unimodal_sum'] = 100 * total / count
    if joint is None:
        return result
    if len(unimodal) > 1:
        # Of hits, not percents: a tie is no excess.
        result['exceeds_sum'] = hits[joint] > total
    best = max(unimodal, key=lambda name: hits[name])
    result['gain'] = 100 * (hits[joint] - hits[best]) / count
    only_joint = int((right[joint] & ~right[best]).sum())
    only_best = int((~right[joint] & right[best]).sum())
    result['gain_interval'] = list(gain_interval(only_joint, only_best, count))
    return result
