"""Descent on batches, or on the whole training set as in Appendix A.10."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from math import ceil
from typing import Any

import torch
from torch import Tensor

from ..generator import SyntheticSet
from ..training import train_full_batch

# From inputs (B, d_m) and labels (B,) to a scalar.
Loss = Callable[[dict[str, Tensor], Tensor], Tensor]


def descend(
    loss: Loss,
    parameters: Iterable[Tensor],
    data: SyntheticSet,
    cfg: Mapping[str, Any],
    seed: int,
    epochs: int | None = None,
    before_step: Callable[[int], None] | None = None,
) -> int:
    """Train as all methods do here: plain SGD at one learning rate.

    With ``batch_size=None`` a step takes the whole training set, as in the paper. Three
    layers need thousands of those steps before they learn paired features, so that the
    default are batches, which take about a tenth of the time.

    Args:
        loss (Callable): From the inputs and labels of a batch to a scalar.
        parameters (Iterable[Tensor]): What is trained.
        data (SyntheticSet): Training set.
        cfg (Mapping): ``lr``, ``batch_size``, ``epochs``, ``stop_below`` (the loss of
            a batch that ends the training).
        seed (int): Of the order of the samples.
        epochs (int, optional): Instead of the settings'.
        before_step (Callable, optional): Called with the 0-based step between the
            gradients and the update.

    Returns:
        int: The number of steps taken.
    """
    size = cfg['batch_size'] or len(data)
    steps = ceil(len(data) / size) * (cfg['epochs'] if epochs is None else epochs)
    stream = batches(data, size, seed)
    return train_full_batch(
        lambda: loss(*next(stream)),
        parameters,
        steps,
        lr=cfg['lr'],
        stop_below=cfg['stop_below'],
        before_step=before_step,
    )


def batches(
    data: SyntheticSet, size: int, seed: int
) -> Iterator[tuple[dict[str, Tensor], Tensor]]:
    """Yield inputs and labels of batches for ever, in a new order in each epoch."""
    generator = torch.Generator().manual_seed(seed)
    while True:
        if size >= len(data):
            # Order does not matter, and copies cost time.
            yield dict(data.inputs), data.labels
            continue
        # Sorted once an epoch, since slices cost less than a selection in each step.
        order = torch.randperm(len(data), generator=generator)
        labels = data.labels[order].split(size)
        inputs = {m: x[order].split(size) for m, x in data.inputs.items()}
        for number, classes in enumerate(labels):
            yield {m: parts[number] for m, parts in inputs.items()}, classes
