"""Naive joint training, Auxiliary-CE, and UMT."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import torch
from torch import Tensor

from mm_laziness.models import FeatureDistillationLoss
from mm_laziness.utils.random import derive_seed

from .descent import descend
from .late_fusion import LateFusion, late_fusion
from .task import Task


def joint(task: Task, head: str) -> LateFusion:
    """Train encoders and head by the cross-entropy of the fused scores."""
    model = new_model(task, head)
    descend(model.loss, model.parameters(), task.train, task.cfg, task.seed)
    return model


def aux_ce(task: Task, head: str) -> LateFusion:
    """Add a classifier and a cross-entropy of equal weight per modality.

    Source: Auxiliary-CE of Du et al., ICML 2023, Sec. 4.3.
    """
    model = new_model(task, head, unimodal_loss_weights=1.0)
    loss = partial(weighted_loss, model)
    descend(loss, model.parameters(), task.train, task.cfg, task.seed)
    return model


def umt(task: Task, head: str) -> LateFusion:
    """Let each encoder imitate that of a uni-modal teacher, from scratch.

    Source: Uni-Modal Teacher of Du et al., ICML 2023, Sec. 3.3.
    """
    model = new_model(task, head)
    distill = FeatureDistillationLoss(**task.cfg['umt'])

    def loss(inputs: dict[str, Tensor], labels: Tensor) -> Tensor:
        feats = model.features(inputs)
        with torch.no_grad():
            targets = task.teacher_features(inputs)
        apart = torch.stack([distill(feats[m], targets[m]) for m in feats])
        return model.head.criterion(model.head(feats), labels) + apart.sum()

    descend(loss, model.parameters(), task.train, task.cfg, task.seed)
    return model


def new_model(task: Task, head: str, **options: Any) -> LateFusion:
    """Build an untrained model; with one seed all methods start from the same."""
    return late_fusion(task.train, task.cfg, derive_seed(task.seed), head, **options)


def weighted_loss(
    model: LateFusion, inputs: Mapping[str, Tensor], labels: Tensor
) -> Tensor:
    """Sum the head's losses, the modalities' and the fused one, by its weights."""
    head, feats = model.head, model.features(inputs)
    total = head.fused_loss_weight * head.criterion(head(feats), labels)
    for name, scores in head.unimodal_scores(feats).items():
        weight = head.unimodal_loss_weights[name]
        total = total + weight * head.criterion(scores, labels)
    return total
