"""Gradient Blending, offline and online."""

from collections.abc import Mapping
from copy import deepcopy
from functools import partial
from typing import Any

import torch
from torch import Tensor

from mm_laziness.engine.runner.blending_estimate import set_loss_weights
from mm_laziness.engine.runner.holdout import split_holdout
from mm_laziness.evaluation.functional import overfitting_to_generalization_weights
from mm_laziness.utils.random import derive_seed

from ..generator import SyntheticSet
from .descent import descend
from .joint import new_model, weighted_loss
from .late_fusion import LateFusion
from .task import Task


def gblend(task: Task, head: str, super_epochs: int | None = None) -> LateFusion:
    """Weigh the losses by how much their classifiers overfit (Wang et al., CVPR 2020).

    A part of the training set is held out for the estimates. Offline, one estimate over
    all epochs is made, and then all samples are trained on; online, the held-out part
    stays held out.

    Args:
        task (Task): What to learn.
        head (str): 'linear' or 'mlp'.
        super_epochs (int, optional): Into how many the epochs are cut, with an estimate
            at the start of each. Defaults to None: offline.
    """
    model = new_model(task, head, unimodal_loss_weights=1.0)
    share, pieces = task.cfg['gblend']['holdout'], super_epochs or 1
    kept, held = split_holdout(task.train.labels.tolist(), share, task.seed)
    parts = take(task.train, kept), take(task.train, held)
    data = task.train if super_epochs is None else parts[0]
    # The weighted loss is small as soon as the classifier of the largest weight has
    # learned, and how long each is trained is part of the estimate.
    cfg = {**task.cfg, 'stop_below': 0.0}
    epochs = -(-cfg['epochs'] // pieces)
    for piece in range(pieces):
        seed = derive_seed(task.seed, piece)
        losses = estimate(model, *parts, cfg, epochs, seed)
        weights = overfitting_to_generalization_weights(**losses)
        set_loss_weights(model.head, weights.tolist())
        loss = partial(weighted_loss, model)
        descend(loss, model.parameters(), data, cfg, seed, epochs)
    return model


def estimate(
    model: LateFusion,
    kept: SyntheticSet,
    held: SyntheticSet,
    cfg: Mapping[str, Any],
    epochs: int,
    seed: int,
) -> dict[str, Tensor]:
    """Train each classifier alone, and measure its losses before and after.

    Args:
        model (LateFusion): Where to start; it stays as it is.
        kept (SyntheticSet): What to train on.
        held (SyntheticSet): The held-out part.
        cfg (Mapping): As of :func:`descend`.
        epochs (int): How long each classifier is trained.
        seed (int): Of the order of the samples.

    Returns:
        dict[str, Tensor]: ``train_before``, ``train_after``, ``val_before``,
        ``val_after``, each (M + 1,): the modalities in order, then the fused one.
    """
    parts = dict(train=kept, val=held)
    before = {part: all_losses(model, data) for part, data in parts.items()}
    after: dict[str, list[Tensor]] = {part: [] for part in parts}
    for name in [*kept.inputs, None]:
        alone = deepcopy(model)
        loss = partial(single_loss, alone, name)
        descend(loss, alone.parameters(), kept, cfg, seed, epochs)
        for part, data in parts.items():
            with torch.no_grad():
                after[part].append(loss(data.inputs, data.labels))
    return {f'{part}_before': losses for part, losses in before.items()} | {
        f'{part}_after': torch.stack(losses) for part, losses in after.items()
    }


def single_loss(
    model: LateFusion, name: str | None, inputs: Mapping[str, Tensor], labels: Tensor
) -> Tensor:
    """Cross-entropy of one modality's classifier, or, of None, of the fused one."""
    if name is None:
        return model.loss(inputs, labels)
    classifier = model.head.unimodal_classifiers[name]
    return model.head.criterion(classifier(model.encoders[name](inputs[name])), labels)


@torch.no_grad()
def all_losses(model: LateFusion, data: SyntheticSet) -> Tensor:
    """Mean losses (M + 1,) of all classifiers on a set."""
    names = [*data.inputs, None]
    losses = [single_loss(model, name, data.inputs, data.labels) for name in names]
    return torch.stack(losses)


def take(data: SyntheticSet, index: list[int]) -> SyntheticSet:
    """Take some samples of a set."""
    inputs = {name: x[index] for name, x in data.inputs.items()}
    return SyntheticSet(inputs, data.labels[index], data.num_classes)
