"""A tiny multi-modal model, data set and run for tests of Gradient Blending."""

import numpy as np
import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from mmengine.dataset import BaseDataset
from mmengine.hooks import Hook
from mmengine.logging import HistoryBuffer
from mmengine.runner import Runner
from torch import nn

from mm_laziness.compat import load_checkpoint_file
from mm_laziness.engine import RandomStateHook
from mm_laziness.utils.random import sample_random_state

CLASSES, SIZE, WIDTH = 3, 30, 4
# Samples that were drawn for training, as (index, noise), by this process.
drawn: list = []


class Points(BaseDataset):
    """A point per modality; the one of ``rgb`` says more about the class."""

    def __init__(self, size=SIZE, **kwargs):
        self.size, self.random_state = size, None
        # Serializing collects garbage among all that has been imported.
        super().__init__(serialize_data=False, **kwargs)

    def load_data_list(self):
        random = np.random.default_rng(0)
        return [
            dict(
                index=index,
                label=index % CLASSES,
                rgb=random.normal(size=3) + 2 * np.eye(3)[index % CLASSES],
                audio=random.normal(size=3) + np.eye(3)[index % CLASSES],
            )
            for index in range(self.size)
        ]

    def __getitem__(self, index):
        if self.random_state is None or self.test_mode:
            return super().__getitem__(index)
        with sample_random_state(*self.random_state.tolist(), index):
            return super().__getitem__(index)


def plain(info):
    """A test pipeline."""
    sample = ActionDataSample().set_gt_label(info['label'])
    inputs = {m: torch.tensor(info[m][None]).float() for m in ('rgb', 'audio')}
    return dict(inputs=inputs, data_samples=sample)


def noisy(info):
    """A training pipeline."""
    data, noise = plain(info), torch.rand(())
    drawn.append((info['index'], float(noise)))
    data['inputs'] = {m: x + 0.1 * noise for m, x in data['inputs'].items()}
    return data


def quiet(info):
    """A training pipeline without noise."""
    drawn.append((info['index'], 0.0))
    return plain(info)


def stack(points, indices):
    """Inputs and labels of samples, as a batch."""
    data = [plain(points[index]) for index in indices]
    inputs = {m: torch.cat([d['inputs'][m] for d in data]) for m in ('rgb', 'audio')}
    return inputs, torch.cat([d['data_samples'].gt_label for d in data])


class Encoder(nn.Sequential):
    """Linear, and optionally BatchNorm, and dropout."""

    def __init__(self, dropout=0.2, norm=True):
        norms = [nn.BatchNorm1d(WIDTH)] if norm else []
        super().__init__(nn.Linear(3, WIDTH), *norms, nn.ReLU(), nn.Dropout(dropout))


def model(names=('rgb', 'audio'), unimodal=1.0, **encoder):
    torch.manual_seed(0)
    return MODELS.build(
        dict(
            type='LateFusionRecognizer',
            encoders={name: dict(type=Encoder, **encoder) for name in names},
            cls_head=dict(
                type='LinearFusionHead',
                num_classes=CLASSES,
                in_channels=dict.fromkeys(names, WIDTH),
                unimodal_loss_weights=unimodal,
            ),
        )
    )


def loader(pipeline, batch_size=8, shuffle=True, num_workers=0, size=SIZE, **kwargs):
    return dict(
        dataset=dict(type=Points, size=size, pipeline=[pipeline]),
        sampler=dict(type='DefaultSampler', shuffle=shuffle),
        batch_size=batch_size,
        num_workers=num_workers,
        **kwargs,
    )


def settings(train_cfg=None, **kwargs):
    """Arguments of a Runner."""
    blending = dict(type='GradientBlendingTrainLoop', max_epochs=4, holdout=0.2)
    train_cfg = train_cfg or {}
    if 'type' not in train_cfg:
        train_cfg = {**blending, **train_cfg}
    defaults = dict(
        model=model(),
        train_dataloader=loader(noisy),
        test_dataloader=loader(plain, batch_size=5, shuffle=False),
        test_cfg={},
        test_evaluator=dict(type='ModalityAccuracy'),
        train_cfg=train_cfg,
        optim_wrapper=dict(
            optimizer=dict(type='Adam', lr=0.05), clip_grad=dict(max_norm=1.0)
        ),
        param_scheduler=[
            dict(type='LinearLR', start_factor=0.1, by_epoch=False, end=5),
            dict(type='PolyLR', by_epoch=True, end=4),
        ],
        hooks=[RandomStateHook()],
        default_hooks=dict(
            logger=dict(type='LoggerHook', interval=2),
            checkpoint=dict(
                type='BestCheckpointHook', interval=1, save_best=None, max_keep_ckpts=-1
            ),
        ),
    )
    return {**defaults, **kwargs}


def train(toy, folder, stop_after=None, more_hooks=(), **kwargs):
    """Train in a folder, and return the runner."""
    arguments = settings(**kwargs)
    arguments['hooks'] = [*arguments['hooks'], Stop(stop_after), *more_hooks]
    runner = toy.runner(work_dir=str(folder), **arguments)
    drawn.clear()
    Runner.train(runner)
    return runner


class Stop(Hook):
    """Stops a run after some epochs."""

    def __init__(self, after):
        self.after = after

    def after_train_epoch(self, runner):
        runner.train_loop.stop_training = runner.epoch + 1 == self.after


def blending(runner):
    """What the loop keeps in the message hub."""
    return runner.message_hub.get_info('gradient_blending')


def checkpoint(folder, epoch):
    return load_checkpoint_file(folder / f'epoch_{epoch}.pth')


def differences(first, second, path=''):
    """Paths at which two nested structures differ; tensors bit by bit."""
    if type(first) is not type(second):
        return [path]
    if isinstance(first, dict):
        if list(first) != list(second):
            return [f'{path}: {set(first) ^ set(second)}']
        return _each(path, first, first.values(), second.values())
    if isinstance(first, (list, tuple)):
        if len(first) != len(second):
            return [path]
        return _each(path, range(len(first)), first, second)
    if isinstance(first, torch.Tensor):
        same = torch.equal(first, second)
    elif isinstance(first, np.ndarray):
        same = np.array_equal(first, second)
    elif isinstance(first, HistoryBuffer):
        return differences(first.data, second.data, path)
    else:
        same = first == second
    return [] if same else [path]


def _each(path, names, first, second):
    pairs = zip(names, first, second, strict=True)
    return [found for k, a, b in pairs for found in differences(a, b, f'{path}/{k}')]
