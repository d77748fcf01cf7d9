"""DI-MML, both stages."""

from functools import partial

import torch
from torch import Tensor, nn

from mm_laziness.evaluation.functional import separate_dimensions
from mm_laziness.models import DIMMLHead
from mm_laziness.utils.random import derive_seed

from .descent import descend
from .late_fusion import LateFusion, make_encoders
from .task import Task


def di_mml(task: Task) -> LateFusion:
    """Train encoders apart, let them teach each other, then fuse them frozen.

    Source: Fan et al., ACM MM 2024. A batch of all samples would mean N x N products in
    the loss between modalities; batches of ``batch_size`` samples mean B x B.
    """
    return fuse(task, interact(task))


def interact(task: Task) -> LateFusion:
    """Train stage 1: own classifiers, a shared one, and later :class:`DUCLoss`."""
    cfg, settings = task.cfg, task.cfg['di_mml']
    model = _new(task, stage=1)
    begin = _epochs(task, settings['interaction'])
    loss = partial(stage1_loss, model)
    apart, together = derive_seed(task.seed, 1), derive_seed(task.seed, 2)
    parameters = list(model.parameters())
    descend(loss, parameters, task.train, cfg, apart, begin)
    with torch.no_grad():
        feats = model.features(task.train.inputs)
    model.head.set_dimensions(
        separate_dimensions(feats, task.train.labels, task.train.num_classes)
    )
    rest = max(1, cfg['epochs'] - begin)
    descend(loss, parameters, task.train, cfg, together, rest)
    return model


def stage1_loss(model: LateFusion, inputs: dict[str, Tensor], labels: Tensor) -> Tensor:
    """Sum what ``DIMMLHead.loss()`` of stage 1 returns term by term."""
    head, feats = model.head, model.features(inputs)
    terms = [head.criterion(s, labels) for s in head.unimodal_scores(feats).values()]
    for feat in feats.values():
        shared = head.criterion(head.shared_classifier(feat), labels)
        terms.append(head.shared_loss_weight * shared)
    if head.interacting:
        terms.append(head.loss_duc(feats, head.dimensions.indices))
    return torch.stack(terms).sum()


def fuse(task: Task, first: LateFusion) -> LateFusion:
    """Train stage 2: a linear classifier on the frozen encoders of stage 1."""
    first.freeze()
    model = _new(task, stage=2)
    model.encoders = first.encoders
    classifiers = first.head.unimodal_classifiers.state_dict()
    model.head.unimodal_classifiers.load_state_dict(classifiers)
    epochs = _epochs(task, task.cfg['di_mml']['fusion'])

    def loss(inputs: dict[str, Tensor], labels: Tensor) -> Tensor:
        return model.head.criterion(model.head.fuse(model.features(inputs)), labels)

    seed = derive_seed(task.seed, 3)
    descend(loss, model.head.fc_cls.parameters(), task.train, task.cfg, seed, epochs)
    return model


def _epochs(task: Task, share: float) -> int:
    return max(1, round(share * task.cfg['epochs']))


def _new(task: Task, stage: int) -> LateFusion:
    settings, names = task.cfg['di_mml'], list(task.train.inputs)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(derive_seed(task.seed))
        encoders = make_encoders(task.train, task.cfg, names)
        head = DIMMLHead(
            task.train.num_classes,
            dict.fromkeys(names, task.cfg['hidden']),
            stage=stage,
            loss_duc=dict(type='DUCLoss', temperature=settings['temperature']),
            shared_loss_weight=settings['shared_loss_weight'],
            certainty_temperature=settings['certainty_temperature'],
        )
        if stage == 2:
            # As DIMMLHead.init_weights(), which also wants a checkpoint of stage 1.
            nn.init.xavier_normal_(head.fc_cls.weight)
            nn.init.zeros_(head.fc_cls.bias)
    return LateFusion(encoders, head)
