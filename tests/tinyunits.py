"""Tiny recognizers with MMTM units, for tests of the balanced_mmtm project."""

import copy

import tinymodels
import torch
from mmaction.registry import MODELS
from mmengine.optim import OptimWrapper
from tinymodels import CLASSES, stacked

import projects.balanced_mmtm  # noqa: F401

# Two pictures and a sound: 4, 8 and 16 channels after the stages of each.
SHAPES = dict(front=(1, 3, 8, 8), rear=(1, 3, 8, 8), audio=(1, 1, 8, 12))


def config(names=('front', 'audio'), fusion_stages=(1, 2), **kwargs):
    return dict(
        type='MMTMRecognizer',
        encoders={
            name: dict(
                type='SlimResNet',
                in_channels=SHAPES[name][1],
                base_channels=4,
                stage_blocks=(1, 1, 1),
            )
            for name in names
        },
        cls_head=kwargs.pop(
            'cls_head',
            dict(
                type='BranchHead',
                num_classes=CLASSES,
                in_channels=dict.fromkeys(names, 16),
            ),
        ),
        fusion_stages=fusion_stages,
        **kwargs,
    )


def build(*args, **kwargs):
    """Encoders, units and head as PyTorch draws them, so that scores differ."""
    torch.manual_seed(0)
    return MODELS.build(config(*args, **kwargs))


def batch(names=('front', 'audio'), samples=4, seed=0, **views):
    shapes = {m: (views.get(m, 1), *SHAPES[m][1:]) for m in names}
    return tinymodels.batch(samples, seed, **shapes)


def rebalance(model, index):
    """As the hook does."""
    model.rebalancing.active = True
    model.rebalancing.mode.fill_(index)


def only(index, count=2):
    """That this modality is re-balanced."""
    return torch.arange(count) == index


def features(model, data):
    with torch.no_grad():
        return model.extract_feat(stacked(data))


def logits(model, data):
    with torch.no_grad():
        return torch.stack([s.pred_score for s in model.test_step(copy.deepcopy(data))])


def train(model, steps=1, seed=0, **views):
    model.train()
    optimizer = torch.optim.SGD(
        [p for p in model.parameters() if p.requires_grad], lr=0.1
    )
    for step in range(steps):
        data = batch(model.modalities, seed=seed + step, **views)
        model.train_step(data, OptimWrapper(optimizer))
    return model
