"""Tiny convolutional models and runs, for tests of gradient modulation."""

import itertools
import math

import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from mmengine.hooks import Hook
from tinymodels import config
from torch import nn

from mm_laziness.engine import OGMGEHook

CLASSES = 3
ENCODERS = dict(
    rgb=dict(type=nn.Conv3d, in_channels=2, out_channels=4, kernel_size=(1, 3, 3)),
    audio=dict(type=nn.Conv2d, in_channels=1, out_channels=4, kernel_size=3),
    flow=dict(type=nn.Conv2d, in_channels=2, out_channels=4, kernel_size=2),
)
SHAPES = dict(rgb=(1, 2, 2, 5, 5), audio=(1, 1, 6, 6), flow=(1, 2, 4, 4))


class TinySet(torch.utils.data.Dataset):
    """Samples whose label shows in one modality more than in the others."""

    def __init__(self, names=('rgb', 'audio'), size=8, soft_labels=False):
        generator = torch.Generator().manual_seed(0)
        self.samples = []
        for index in range(size):
            label = index % CLASSES
            inputs = {m: torch.randn(SHAPES[m], generator=generator) for m in names}
            inputs[names[0]] += 3.0 * label
            target = torch.eye(CLASSES)[label] if soft_labels else label
            sample = ActionDataSample().set_gt_label(target)
            self.samples.append(dict(inputs=inputs, data_samples=sample))

    def __len__(self):
        return len(self.samples)

    def __getitem__(self, index):
        return self.samples[index]


class StrongWeights(Hook):
    """Weights with which modalities differ, the same in every run."""

    priority = 'VERY_HIGH'

    def before_train(self, runner):
        if runner.epoch:  # resumed
            return
        generator = torch.Generator().manual_seed(1)
        for parameter in runner.model.parameters():
            drawn = torch.randn(parameter.shape, generator=generator)
            parameter.data.copy_(0.5 * drawn)


class Gradients(Hook):
    """Keeps the gradients of every step as they are when its turn comes."""

    def __init__(self, priority='LOWEST'):
        self.priority, self.steps, self.seen = priority, [], []

    def before_train(self, runner):
        model = getattr(runner.model, 'module', runner.model)
        model.cls_head.register_loss_observer(lambda *both: self.seen.append(both))

        def keep(*_):
            grads = {k: p.grad.clone() for k, p in model.named_parameters()}
            self.steps.append(grads)

        runner.optim_wrapper.optimizer.register_step_pre_hook(keep)


def build(names=('rgb', 'audio'), head='LinearFusionHead', **kwargs):
    """A recognizer of one convolution per modality, without BatchNorm."""
    encoders = {name: ENCODERS[name] for name in names}
    cfg = config(encoders, dict.fromkeys(names, 4), **kwargs)
    cfg['cls_head']['type'] = head
    return MODELS.build(cfg)


def run(toy, hook=None, model=None, dataset=None, batch_size=4, hooks=(), **kwargs):
    """Train without shuffling; returns gradients before and after, and the runner."""
    raw, changed = Gradients('HIGHEST'), Gradients()
    ours = [] if hook is None else [OGMGEHook(**hook)]
    runner = toy.runner(
        model=model or build(),
        train_dataloader=toy.loader(
            dataset or TinySet(), shuffle=False, batch_size=batch_size
        ),
        hooks=[StrongWeights(), raw, *ours, changed, *hooks],
        **{**dict(train_cfg=dict(by_epoch=True, max_epochs=1), lr=0.1), **kwargs},
    )
    toy.train(runner)
    return raw, changed, runner


def slow_sums(head, batches):
    """Confidences of modalities, sample by sample, from what observers saw."""
    sums = dict.fromkeys(head.in_channels, 0.0)
    for feats, labels in batches:
        splits = head.split_scores(feats)
        for (name, scores), index in itertools.product(
            splits.items(), range(len(labels))
        ):
            powers = [math.exp(score) for score in scores[index].tolist()]
            sums[name] += powers[labels[index]] / sum(powers)
    return sums


def slow_coefficients(sums, alpha):
    """Ratio and coefficient of each modality, in Python numbers."""
    result = {}
    for name, own in sums.items():
        others = [value for other, value in sums.items() if other != name]
        ratio = own / (sum(others) / len(others))
        result[name] = ratio, 1 - math.tanh(alpha * ratio) if ratio > 1 else 1.0
    return result


def logged(runner, name):
    """All values of a scalar in the log of a run."""
    return runner.message_hub.log_scalars[f'train/{name}'].data[0].tolist()
