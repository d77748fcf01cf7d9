"""Tiny encoders, batches and checkpoints for tests of recognizers."""

from pathlib import Path

import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from mmengine.optim import OptimWrapper
from torch import nn

from mm_laziness.models.utils import load_encoder

CLASSES = 3
PICTURES = dict(
    type='ResNet3d',
    depth=18,
    pretrained=None,
    base_channels=4,
    num_stages=1,
    stage_blocks=(1,),
    out_indices=(0,),
    spatial_strides=(1,),
    temporal_strides=(1,),
    dilations=(1,),
    inflate=(1,),
    zero_init_residual=False,
)
SOUND = dict(type='SlimResNet', base_channels=4, stage_blocks=(1,))
ENCODERS = dict(rgb=PICTURES, audio=SOUND)
WIDTHS = dict(rgb=4, audio=4)


class TwoPathways(nn.Module):
    """Two maps, as SlowFast gives: the input, and twice its first channel."""

    def forward(self, images):
        return images, 2 * images[:, :1]


def identities(*names):
    """Encoders whose features are the means of their input's channels."""
    return {name: dict(type=nn.Identity) for name in names}


def config(encoders=None, widths=None, head=None, **kwargs):
    encoders = encoders or ENCODERS
    return dict(
        type=kwargs.pop('type', 'LateFusionRecognizer'),
        encoders=encoders,
        cls_head=dict(
            type='LinearFusionHead',
            num_classes=CLASSES,
            in_channels=widths or WIDTHS,
            **(head or {}),
        ),
        **kwargs,
    )


def build(*args, **kwargs):
    torch.manual_seed(0)
    return MODELS.build(config(*args, **kwargs))


def initialize(model):
    """Draw weights, and such a head that scores differ between samples."""
    torch.manual_seed(1)
    model.init_weights()
    torch.manual_seed(2)
    nn.init.normal_(model.cls_head.fc_cls.weight)
    return model


def batch(samples=2, seed=0, **shapes):
    """What a data loader gives; shapes are of one sample, views first."""
    generator = torch.Generator().manual_seed(seed)
    shapes = shapes or dict(rgb=(1, 3, 4, 8, 8), audio=(1, 1, 8, 8))
    return dict(
        inputs={
            name: [torch.randn(shape, generator=generator) for _ in range(samples)]
            for name, shape in shapes.items()
        },
        data_samples=[
            ActionDataSample().set_gt_label(index % CLASSES) for index in range(samples)
        ],
    )


def stacked(data):
    return {name: torch.stack(views) for name, views in data['inputs'].items()}


def train(model, steps=1, lr=0.1, seed=0):
    """Train as a Runner does, on other data in every step."""
    model.train()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for step in range(steps):
        model.train_step(batch(4, seed=seed + step), OptimWrapper(optimizer))


def snapshot(module):
    return {key: value.clone() for key, value in module.state_dict().items()}


def same(first, second):
    return first.keys() == second.keys() and all(
        torch.equal(first[key], second[key]) for key in first
    )


def save(path: Path, state) -> str:
    torch.save(dict(state_dict=state), path)
    return str(path)


def unimodal_checkpoint(path: Path, name: str, seed: int = 5, **kwargs) -> str:
    """Checkpoint of a uni-modal model of ours with used BatchNorm statistics."""
    model = build({name: ENCODERS[name]}, **kwargs)
    torch.manual_seed(seed)
    model.init_weights()
    for key, value in model.encoders.state_dict().items():
        if 'running_' in key:
            value.uniform_(0.5, 1.5)
    return save(path, model.state_dict())


def umt(teachers, **kwargs):
    return build(type='UMTRecognizer', teachers=teachers, **kwargs)


def features_of_teachers(teachers, inputs):
    """Independently: a joint model that holds the teachers, in eval mode."""
    model = build().eval()
    for name, path in teachers.items():
        load_encoder(model.encoders[name], path, name)
    with torch.no_grad():
        return model.extract_feat(inputs)


def teachers_of(model):
    return {name: snapshot(held.wrapped) for name, held in model.teachers.items()}
