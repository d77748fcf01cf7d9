"""Tiny MMTM models and runs, for tests of re-balancing."""

import itertools

import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from mmengine.evaluator import BaseMetric
from mmengine.hooks import Hook
from mmengine.runner import Runner
from torch import nn

import projects.balanced_mmtm  # noqa: F401
from mm_laziness.engine import MultiModalRunner

CLASSES = 3
CHANNELS = dict(left=1, right=2, top=1)
_numbers = itertools.count()


class Branch(nn.Module):
    """An encoder of two stages, a convolution each."""

    def __init__(self, channels, width=4):
        super().__init__()
        self.c1 = nn.Conv2d(channels, width, 3, padding=1)
        self.c2 = nn.Conv2d(width, width, 3, padding=1)

    def stages(self):
        return [nn.Sequential(self.c1, nn.ReLU()), nn.Sequential(self.c2, nn.ReLU())]

    def forward(self, x):
        return nn.Sequential(*self.stages())(x)


class Maps(torch.utils.data.Dataset):
    """Samples whose label shows in the first modality more than in the others."""

    def __init__(self, names=('left', 'right'), size=16):
        generator = torch.Generator().manual_seed(0)
        self.samples = []
        for index in range(size):
            label = index % CLASSES
            inputs = {
                m: torch.randn(1, CHANNELS[m], 6, 6, generator=generator) for m in names
            }
            inputs[names[0]] += 1.0 * label
            self.samples.append((inputs, label))

    def __len__(self):
        return len(self.samples)

    def __getitem__(self, index):
        inputs, label = self.samples[index]
        sample = ActionDataSample().set_gt_label(label)
        return dict(inputs=dict(inputs), data_samples=sample)


class Ones(BaseMetric):
    """An accuracy that says nothing."""

    def process(self, data_batch, data_samples):
        self.results += [sample['pred_score'] for sample in data_samples]

    def compute_metrics(self, results):
        return dict(top1=1.0)


class Stop(Hook):
    """Ends a run after some epochs."""

    def __init__(self, epochs):
        self.epochs = epochs

    def after_train_epoch(self, runner):
        if runner.epoch + 1 == self.epochs:
            runner.train_loop.stop_training = True


class Modes(Hook):
    """Keeps the mode of each forward."""

    def __init__(self):
        self.used = []

    def before_train_iter(self, runner, batch_idx, data_batch=None):
        model = getattr(runner.model, 'module', runner.model)
        self.used.append(model.rebalancing.mode.item())


def build(names=('left', 'right'), **kwargs):
    """A recognizer with one unit, after the first stage."""
    cfg = dict(
        type='MMTMRecognizer',
        encoders={m: dict(type=Branch, channels=CHANNELS[m]) for m in names},
        cls_head=dict(
            type='BranchHead',
            num_classes=CLASSES,
            in_channels=dict.fromkeys(names, 4),
            # Strong weights, so that modalities soon differ.
            init_cfg=dict(type='Normal', layer='Linear', std=0.5),
        ),
        fusion_stages=(1,),
    )
    torch.manual_seed(0)
    return MODELS.build({**cfg, **kwargs})


def make_runner(folder, *hooks, model=None, dataset=None, batch_size=4, **kwargs):
    """A Runner of 3 epochs; its batches of 4 are shuffled."""

    def loader(shuffle):
        return dict(
            dataset=dataset or Maps(),
            sampler=dict(type='DefaultSampler', shuffle=shuffle),
            batch_size=batch_size,
            num_workers=0,
        )

    if kwargs.pop('validate', False):
        kwargs.update(
            val_dataloader=loader(False), val_cfg={}, val_evaluator=dict(type=Ones)
        )
    torch.manual_seed(0)
    settings = dict(
        model=model or build(),
        work_dir=str(folder),
        train_dataloader=loader(True),
        train_cfg=dict(by_epoch=True, max_epochs=3),
        optim_wrapper=dict(optimizer=dict(type='SGD', lr=0.1)),
        custom_hooks=[dict(type='RandomStateHook'), *hooks],
        default_hooks=dict(checkpoint=dict(type='BestCheckpointHook', interval=1)),
        default_scope='mmaction',
        experiment_name=f'rebalancing_{next(_numbers)}',
        randomness=dict(seed=3),
        log_level='WARNING',
    )
    return MultiModalRunner(**{**settings, **kwargs})


def train(folder, *hooks, **kwargs):
    """The state after training, and the runner."""
    runner = make_runner(folder, *hooks, **kwargs)
    # Not MultiModalRunner.train, whose check of configs needs a config.
    Runner.train(runner)
    model = getattr(runner.model, 'module', runner.model)
    return {k: v.clone() for k, v in model.state_dict().items()}, runner


def logged(runner, name):
    """All values of a scalar in the log of a run."""
    return runner.message_hub.log_scalars[f'train/{name}'].data[0].tolist()
