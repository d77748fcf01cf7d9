"""A tiny DI-MML run: noisy pictures of several views, slim encoders, a real Runner."""

import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from mmengine.dataset import BaseDataset
from mmengine.hooks import Hook

from mm_laziness.engine import DIMMLHook, RandomStateHook
from mm_laziness.utils.random import sample_random_state

CLASSES = 3
NAMES = ('left', 'right', 'top')
ENCODER = dict(type='SlimResNet', base_channels=16, stage_blocks=(1,))


class Views(BaseDataset):
    """Noise around a picture per class and view; 13 samples, which nothing divides."""

    def __init__(self, size=13, seeded=True):
        if seeded:
            self.random_state = None
        self.size, self.loaded = size, []
        super().__init__(serialize_data=False)

    def load_data_list(self):
        return [dict(index=i) for i in range(self.size)]

    def __getitem__(self, index):
        self.loaded.append(index)
        state = getattr(self, 'random_state', None)
        if state is None:
            return self.load(index)
        with sample_random_state(*state.tolist(), index):
            return self.load(index)

    def load(self, index):
        label = index % CLASSES
        inputs = {}
        for view, name in enumerate(NAMES):
            clean = torch.Generator().manual_seed(10 * view + label)
            picture = torch.randn(1, 1, 6, 6, generator=clean)
            inputs[name] = picture + torch.randn(picture.shape)
        sample = ActionDataSample().set_gt_label(label)
        return dict(inputs=inputs, data_samples=sample)


def model(**head):
    """Of stage 1, with random weights that are always the same."""
    torch.manual_seed(0)
    return MODELS.build(
        dict(
            type='LateFusionRecognizer',
            encoders=dict.fromkeys(NAMES, ENCODER),
            cls_head=dict(
                type='DIMMLHead',
                num_classes=CLASSES,
                in_channels=dict.fromkeys(NAMES, 16),
                **head,
            ),
        )
    )


class Stop(Hook):
    """Stop after some epochs."""

    def __init__(self, after):
        self.after = after

    def after_train_epoch(self, runner):
        if runner.epoch + 1 == self.after:
            runner.train_loop.stop_training = True


def run(toy, work_dir, interaction=2, stop_after=None, hooks=(), **kwargs):
    """Train; return the trained runner."""
    method = [RandomStateHook(), DIMMLHook(interaction), Stop(stop_after)]
    settings = dict(
        model=model(),
        work_dir=str(work_dir),
        train_dataloader=toy.loader(Views()),
        default_hooks=dict(checkpoint=dict(type='BestCheckpointHook', interval=1)),
        hooks=[*kwargs.pop('method', method), *hooks],
    )
    runner = toy.runner(**{**settings, **kwargs})
    toy.train(runner)
    return runner
