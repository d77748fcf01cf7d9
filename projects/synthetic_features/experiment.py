"""Train and test the paper's three networks on one set."""

import time
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from mm_laziness.evaluation.functional import confusion_matrix, top_k_accuracy

from .generator import SyntheticSet
from .networks import TwoLayerMLP
from .subspace import fold, in_basis, span_basis
from .training import train_full_batch

MULTIMODAL = 'multimodal'


def networks_of(modalities: list[str]) -> dict[str, list[str]]:
    """Name the networks and what they read: one per modality, then all together."""
    return {**{m: [m] for m in modalities}, MULTIMODAL: modalities}


def train_network(
    name: str,
    train: SyntheticSet,
    test: SyntheticSet,
    *,
    seed: int,
    hidden: dict[str, int],
    steps: int,
    lr: float = 0.2,
    stop_below: float = 0.0,
) -> dict[str, Any]:
    """Train one network of Table 20 and test it.

    Args:
        name (str): A modality, or ``'multimodal'``.
        train (SyntheticSet): Training set; all of it is one batch.
        test (SyntheticSet): Test set.
        seed (int): Of the initialization.
        hidden (dict[str, int]): Hidden units of the ``multimodal`` and of a
            ``unimodal`` network.
        steps (int): Gradient steps, at most.
        lr (float): Learning rate.
        stop_below (float): Loss below which training ends earlier.

    Returns:
        dict: ``top1`` and ``train_top1`` in percent, ``confusion`` as counts on the
        test set (a row per true class), ``steps`` taken and ``seconds``.

    Raises:
        ValueError: If there is no such network.
    """
    start = time.perf_counter()
    known = networks_of(list(train.inputs))
    if name not in known:
        raise ValueError(f'there is no network {name!r}, only {list(known)}')
    widths = {m: train.inputs[m].shape[1] for m in known[name]}
    size = hidden[MULTIMODAL if name == MULTIMODAL else 'unimodal']
    network = TwoLayerMLP(widths, size, train.num_classes, seed)
    bases = {m: span_basis(train.inputs[m], test.inputs[m]) for m in known[name]}
    fold(network.hidden, *bases.values())
    train, test = in_basis(train, bases), in_basis(test, bases)
    taken = train_full_batch(
        lambda: F.cross_entropy(network(train.inputs), train.labels),
        network.parameters(),
        steps,
        lr,
        stop_below=stop_below,
    )
    with torch.no_grad():
        scores = network(test.inputs)
        train_top1 = _percent(network(train.inputs), train.labels)
    return dict(
        top1=_percent(scores, test.labels),
        train_top1=train_top1,
        confusion=confusion_matrix(scores, test.labels).tolist(),
        steps=taken,
        seconds=time.perf_counter() - start,
    )


def _percent(scores: Tensor, labels: Tensor) -> float:
    return 100 * float(top_k_accuracy(scores, labels, 1))
