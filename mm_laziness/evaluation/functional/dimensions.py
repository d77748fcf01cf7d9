"""Which feature dimensions of a modality tell the classes apart, for DI-MML.

N samples, K classes, C dimensions. No tensor of shape (N, K, C) is ever made.
"""

import warnings
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

Reduce = Callable[[Tensor], object]

# Feature values at once: few enough for the cache of a CPU core, or enough to keep an
# accelerator busy.
_CHUNK_CPU, _CHUNK_ACCELERATOR = 2**16, 2**23


def separate_dimensions(
    features: dict[str, Tensor],
    labels: Tensor,
    num_classes: int,
    reduce: Reduce | None = None,
) -> dict[str, Tensor]:
    """Find the effective dimensions of each modality.

    Each dimension alone predicts, for every sample, the class whose centroid is
    nearest. Effective are the dimensions whose accuracy is above the mean over all
    dimensions of the modality. Source: Fan et al., ACM MM 2024, and its code.

    Args:
        features (dict[str, Tensor]): Of shapes (N, C_m).
        labels (Tensor): Class indices, of shape (N,).
        num_classes (int): Number of classes K.
        reduce (Callable, optional): Sums a tensor over all processes in place, as
            ``mmengine.dist.all_reduce``; features and labels are then this process's
            share, and the result is that of all samples, the same everywhere.

    Returns:
        dict[str, Tensor]: Sorted indices per modality, int64.

    Raises:
        ValueError: If sizes differ, labels are not in [0, K), there is no sample, or
            features are not finite.
    """
    reduce = reduce or _keep
    _check_shapes(features, labels)
    counts = class_counts(labels, num_classes, reduce)
    dimensions = {}
    for name, feats in features.items():
        centroids = class_centroids(feats, labels, counts, reduce)
        # Judged after the sum over processes, so that all raise or none waits.
        if not centroids.isfinite().all():
            raise ValueError(
                f'features of {name!r} are not finite, so its dimensions cannot be '
                'separated; the training may have diverged: lower the learning rate'
            )
        hits = nearest_centroid_hits(feats, labels, centroids, counts)
        reduce(hits)
        # accuracy > mean accuracy, in integers, where nothing is rounded.
        effective = hits * len(hits) > hits.sum()
        dimensions[name] = effective.nonzero().squeeze(1)
    return dimensions


def class_counts(labels: Tensor, num_classes: int, reduce: Reduce) -> Tensor:
    """Count the samples of each class, over all processes.

    Args:
        labels (Tensor): Class indices, of shape (N,).
        num_classes (int): Number of classes K.
        reduce (Callable): As in :func:`separate_dimensions`.

    Returns:
        Tensor: Of shape (K,), int64.

    Raises:
        ValueError: If labels are not in [0, K), or there is no sample.
    """
    wrong = (labels < 0) | (labels >= num_classes)
    slots = labels.long().masked_fill(wrong, num_classes)
    counts = torch.bincount(slots, minlength=num_classes + 1)
    reduce(counts)
    *sizes, outside = counts.tolist()
    if outside:
        raise ValueError(
            f'{outside} labels are outside of [0, {num_classes}); set num_classes to '
            'that of the annotations'
        )
    empty = [k for k, size in enumerate(sizes) if not size]
    if len(empty) == num_classes:
        raise ValueError('dimensions cannot be separated without any sample')
    if empty:
        warnings.warn(
            f'{len(empty)} of {num_classes} classes have no sample and are left out '
            f'of the separation of dimensions: {empty[:10]}',
            stacklevel=3,
        )
    return counts[:num_classes]


def class_centroids(
    features: Tensor, labels: Tensor, counts: Tensor, reduce: Reduce
) -> Tensor:
    """Mean features of each class, over all processes.

    Args:
        features (Tensor): Of shape (N, C).
        labels (Tensor): Class indices, of shape (N,).
        counts (Tensor): Samples of each class over all processes, of shape (K,).
        reduce (Callable): As in :func:`separate_dimensions`.

    Returns:
        Tensor: Of shape (K, C), float32 or wider; zeros for a class without samples.
    """
    sums = features.new_zeros((len(counts), features.shape[1]), dtype=torch.float64)
    rows = _rows_at_once(features, len(counts))
    chunks = zip(features.split(rows), labels.long().split(rows), strict=True)
    for values, classes in chunks:
        # A product, because index_add_ adds in no fixed order on an accelerator.
        one_hot = F.one_hot(classes, len(counts)).to(sums)
        sums.addmm_(one_hot.T, values.to(sums))
    reduce(sums)
    centroids = sums / counts.clamp(min=1).unsqueeze(1)
    return centroids.to(torch.promote_types(features.dtype, torch.float32))


def nearest_centroid_hits(
    features: Tensor,
    labels: Tensor,
    centroids: Tensor,
    counts: Tensor,
    rows_at_once: int | None = None,
) -> Tensor:
    """Count, per dimension, the samples whose nearest centroid is their class's.

    Of several nearest ones the first class wins.

    Args:
        features (Tensor): Of shape (N, C).
        labels (Tensor): Class indices, of shape (N,).
        centroids (Tensor): Of shape (K, C).
        counts (Tensor): Of shape (K,); classes without samples do not compete.
        rows_at_once (int, optional): Samples at once; does not change the result.

    Returns:
        Tensor: Of shape (C,), int64.
    """
    classes = counts.nonzero().flatten().tolist()
    hits = features.new_zeros(features.shape[1], dtype=torch.int64)
    rows = rows_at_once or _rows_at_once(features)
    chunks = zip(features.split(rows), labels.split(rows), strict=True)
    for values, own in chunks:
        hits += _hits(values.to(centroids), own.unsqueeze(1), centroids, classes)
    return hits


def _hits(values: Tensor, own: Tensor, centroids: Tensor, classes: list) -> Tensor:
    """A running minimum over the classes, in four buffers of the size of ``values``."""
    first, *others = classes
    nearest = (values - centroids[first]).abs_()
    hit = (own == first).repeat(1, values.shape[1])
    distance, nearer = torch.empty_like(nearest), torch.empty_like(hit)
    for k in others:
        torch.sub(values, centroids[k], out=distance).abs_()
        torch.lt(distance, nearest, out=nearer)
        torch.minimum(distance, nearest, out=nearest)
        torch.where(nearer, own == k, hit, out=hit)
    return hit.sum(dim=0)


def _keep(tensor: Tensor) -> None:
    """The sum over one process."""


def _rows_at_once(features: Tensor, columns: int = 0) -> int:
    """Samples at once; ``columns`` if more than the features' are computed of each."""
    on_cpu = features.device.type == 'cpu'
    values = _CHUNK_CPU if on_cpu else _CHUNK_ACCELERATOR
    return max(1, values // max(columns, features.shape[1]))


def _check_shapes(features: dict[str, Tensor], labels: Tensor) -> None:
    for name, feats in features.items():
        if feats.ndim != 2 or not feats.shape[1] or labels.shape != feats.shape[:1]:
            raise ValueError(
                f'features of {name!r} must have the shape (N, C) and labels (N,), but '
                f'got {tuple(feats.shape)} and {tuple(labels.shape)}'
            )
