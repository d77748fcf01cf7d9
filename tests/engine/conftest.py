"""A tiny model, data set and Runner, for hooks that need a real run."""

import itertools
import random
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from mmengine.dataset import BaseDataset
from mmengine.evaluator import BaseMetric, Evaluator
from mmengine.hooks import Hook
from mmengine.model import BaseModel
from mmengine.runner import Runner
from mmengine.structures import BaseDataElement
from torch import nn

from mm_laziness.engine import MultiModalRunner
from mm_laziness.utils.random import sample_random_state

_numbers = itertools.count()


class NoisyDataset(BaseDataset):
    """Each sample is its index plus noise from three generators."""

    def __init__(self, size=8, random_state_attribute=True):
        if random_state_attribute:
            self.random_state = None
        self.size, self.faults = size, {}
        super().__init__(serialize_data=False)

    def load_data_list(self):
        return [dict(index=i) for i in range(self.size)]

    def __getitem__(self, index):
        state = getattr(self, 'random_state', None)
        if state is None:
            return self.load(index)
        with sample_random_state(*state.tolist(), index):
            return self.load(index)

    def load(self, index):
        noise = random.random(), np.random.rand(), float(torch.rand(()))
        sample = BaseDataElement(
            metainfo=dict(index=index, noise=noise, faults=self.faults.get(index, ()))
        )
        return dict(inputs=torch.tensor([index, *noise]), data_samples=sample)


class NoisyModel(BaseModel):
    """Linear, dropout, linear; ``nan_at`` is the step whose ``loss_b`` is NaN."""

    def __init__(self, nan_at=None):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(4, 8), nn.Dropout(0.5), nn.Linear(8, 1))
        self.steps, self.nan_at = 0, nan_at

    def forward(self, inputs, data_samples=None, mode='loss'):
        if mode == 'predict':
            return data_samples
        loss = self.layers(torch.stack(inputs)).square().mean()
        self.steps += 1
        wrong = float('nan') if self.steps == self.nan_at else 1.0
        return dict(loss_a=loss, loss_b=loss * wrong, top1=torch.tensor(float('inf')))


class ScriptedMetric(BaseMetric):
    """Returns one score of a list after the other."""

    def __init__(self, scores):
        super().__init__(prefix='acc')
        self.scores = iter(scores)

    def process(self, data_batch, data_samples):
        self.results += data_samples

    def compute_metrics(self, results):
        return dict(top1=next(self.scores))


class Recorder(Hook):
    """Keeps the noise of all samples, and can stop a run after some epochs."""

    priority = 'LOWEST'

    def __init__(self, stop_after=None):
        self.drawn, self.stop_after = [], stop_after

    def after_train_iter(self, runner, batch_idx, data_batch=None, outputs=None):
        self.drawn += [(s.index, s.noise) for s in data_batch['data_samples']]

    def after_train_epoch(self, runner):
        if runner.epoch + 1 == self.stop_after:
            runner.train_loop.stop_training = True


@pytest.fixture
def toy(tmp_path, monkeypatch):
    """The parts above, and ``toy.runner(**kwargs)``, which builds a Runner of them."""
    # Each Runner asks compilers and git for their versions, which takes longer than
    # the training here.
    monkeypatch.setattr('mmengine.runner.runner.collect_env', dict)
    monkeypatch.setattr('mmengine.runner.runner.get_git_hash', str)
    # An endless loop waits 2 s between two turns over the data.
    no_wait = SimpleNamespace(sleep=lambda seconds: None)
    monkeypatch.setattr('mmengine.runner.loops.time', no_wait)
    # Bit-equality needs a fixed number.
    threads = torch.get_num_threads()
    torch.set_num_threads(1)

    class Toy:
        dataset, model, recorder = NoisyDataset, NoisyModel, Recorder

        @staticmethod
        def loader(dataset=None, shuffle=True, sampler='DefaultSampler', **kwargs):
            return dict(
                dataset=dataset or NoisyDataset(),
                sampler=dict(type=sampler, shuffle=shuffle),
                batch_size=kwargs.pop('batch_size', 4),
                num_workers=kwargs.pop('num_workers', 0),
                **kwargs,
            )

        @staticmethod
        def runner(*, scores=None, hooks=(), cls=MultiModalRunner, **kwargs):
            torch.manual_seed(0)
            lr = kwargs.pop('lr', 0.01)
            settings = dict(
                model=NoisyModel(),
                work_dir=str(tmp_path / 'run'),
                train_dataloader=Toy.loader(),
                train_cfg=dict(by_epoch=True, max_epochs=4),
                optim_wrapper=dict(optimizer=dict(type='SGD', lr=lr, momentum=0.9)),
                param_scheduler=dict(type='PolyLR', by_epoch=True, end=4),
                custom_hooks=list(hooks),
                default_hooks=dict(checkpoint=dict(type='BestCheckpointHook')),
                default_scope='mmaction',
                experiment_name=f'toy_{next(_numbers)}',
                randomness=dict(seed=3),
                log_level='WARNING',
            )
            if scores is not None:
                settings.update(
                    val_dataloader=Toy.loader(shuffle=False),
                    val_cfg={},
                    val_evaluator=Toy.evaluator(scores),
                )
            return cls(**{**settings, **kwargs})

        @staticmethod
        def evaluator(scores):
            return Evaluator(ScriptedMetric(scores))

        @staticmethod
        def train(runner):
            # Not MultiModalRunner.train, whose check of configs needs a config.
            Runner.train(runner)
            # Endless iterators wait 5 s for each worker when garbage is collected.
            runner.train_dataloader._iterator = None
            vars(runner.train_loop).pop('dataloader_iterator', None)
            return torch.cat([p.detach().ravel() for p in runner.model.parameters()])

    yield Toy
    torch.set_num_threads(threads)
