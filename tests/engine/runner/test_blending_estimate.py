import copy

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from mmengine.hooks import Hook
from tinyblend import (
    differences,
    drawn,
    loader,
    model,
    noisy,
    plain,
    quiet,
    stack,
    train,
)

from mm_laziness.engine.runner.blending_estimate import BlendingEstimate

SGD = dict(lr=0.1, momentum=0.9, weight_decay=0.01)


class Estimate(Hook):
    """Makes an estimate before the second epoch, beside those of the loop."""

    priority = 'VERY_LOW'

    def __init__(self, epochs=3):
        self.epochs = epochs

    def before_train_epoch(self, runner):
        if runner.epoch == 1:
            self.start = copy.deepcopy(runner.model)
            optimizer = runner.optim_wrapper.optimizer
            self.momentum = copy.deepcopy(optimizer.state_dict())
            self.parts = runner.train_loop.loaders
            drawn.clear()
            estimate = BlendingEstimate(runner, self.parts, 1, self.epochs)
            self.losses = estimate.losses()
            self.drawn = list(drawn)
            end = runner.model.state_dict()
            self.changed = differences(self.start.state_dict(), end)


def estimate(toy, folder, epochs=3, more_hooks=(), **kwargs):
    found = Estimate(epochs)
    hooks = [*more_hooks, found]
    train(toy, folder, stop_after=2, more_hooks=hooks, **kwargs)
    return found


def scores(model, inputs, number):
    """Of one classifier, without the head's own functions."""
    feats = {name: model.encoders[name](inputs[name]) for name in inputs}
    if number < 2:
        name = list(inputs)[number]
        return model.cls_head.unimodal_classifiers[name](feats[name])
    return model.cls_head.fc_cls(torch.cat([feats['rgb'], feats['audio']], dim=1))


@torch.no_grad()
def mean_loss(model, points, indices, number):
    inputs, labels = stack(points, indices)
    return F.cross_entropy(scores(model.eval(), inputs, number), labels).item()


def test_equals_training_copies_by_hand(toy, tmp_path):
    found = estimate(
        toy,
        tmp_path,
        model=model(dropout=0.0),
        # The last batch of each epoch is smaller, in training as in measuring.
        train_dataloader=loader(quiet, batch_size=7, shuffle=False),
        optim_wrapper=dict(optimizer=dict(type='SGD', **SGD)),
        param_scheduler=dict(type='MultiStepLR', milestones=[2], gamma=0.1),
    )
    points = loader(quiet)['dataset']['type']().load_data_list()
    kept, held = found.parts.kept, found.parts.held
    for number in range(3):
        alone = copy.deepcopy(found.start)
        expected = [mean_loss(alone, points, part, number) for part in (kept, held)]
        measured = [found.losses[key][number] for key in ('train_before', 'val_before')]
        np.testing.assert_allclose(measured, expected, rtol=1e-5)
        optimizer = torch.optim.SGD(alone.parameters(), **SGD)
        optimizer.load_state_dict(copy.deepcopy(found.momentum))
        for epoch in range(1, 4):
            optimizer.param_groups[0]['lr'] = 0.1 if epoch < 2 else 0.01
            alone.train()
            for first in range(0, len(kept), 7):
                inputs, labels = stack(points, kept[first : first + 7])
                optimizer.zero_grad()
                F.cross_entropy(scores(alone, inputs, number), labels).backward()
                optimizer.step()
        expected = [mean_loss(alone, points, part, number) for part in (kept, held)]
        measured = [found.losses[key][number] for key in ('train_after', 'val_after')]
        np.testing.assert_allclose(measured, expected, rtol=1e-5)
    assert found.changed == []


@pytest.mark.parametrize(
    'wrapper',
    [
        dict(accumulative_counts=2),
        dict(clip_grad=dict(max_norm=1e-3)),
        dict(type='CpuAmpOptimWrapper'),
    ],
    ids=['accumulation', 'clipping', 'amp'],
)
def test_optimizer_wrappers_act(toy, tmp_path, wrapper):
    def losses(name, **kwargs):
        # Without moments of its past, Adam hides the size of gradients.
        optimizer = dict(optimizer=dict(type='SGD', lr=0.1), **kwargs)
        found = estimate(
            toy,
            tmp_path / name,
            hooks=[],
            optim_wrapper=optimizer,
            param_scheduler=None,
        )
        assert found.changed == []
        return found.losses['train_after']

    plain, other = losses('plain'), losses('other', **wrapper)
    assert other.isfinite().all()
    assert not torch.equal(plain, other)


def test_draws_derive_from_seed_epoch_and_classifier_alone(toy, tmp_path):
    first = estimate(toy, tmp_path / 'a', epochs=2)
    # Other random numbers, drawn by the process before.
    torch.rand(7)
    again = estimate(toy, tmp_path / 'b', epochs=2, hooks=[])
    assert first.drawn == again.drawn
    other = estimate(toy, tmp_path / 'c', epochs=2, randomness=dict(seed=4))
    noises = [noise for _, noise in first.drawn + other.drawn]
    assert len(set(noises)) == len(noises) == 2 * 3 * 2 * 24
    # Each epoch draws each kept sample once, in an order of its own.
    epochs = [[i for i, _ in first.drawn[k : k + 24]] for k in range(0, 6 * 24, 24)]
    assert len({tuple(order) for order in epochs}) == 6
    assert all(sorted(order) == first.parts.kept for order in epochs)


class Watcher(Hook):
    """Counts what the head and the optimizer tell those who registered."""

    def before_train(self, runner):
        self.counts = dict(losses=0, before=0, after=0)
        optimizer = runner.optim_wrapper.optimizer
        runner.model.cls_head.register_loss_observer(self.count('losses'))
        optimizer.register_step_pre_hook(self.count('before'))
        optimizer.register_step_post_hook(self.count('after'))

    def count(self, name):
        def observe(*args):
            self.counts[name] += 1

        return observe


def test_nobody_who_watches_training_sees_an_estimate(toy, tmp_path):
    watcher = Watcher()
    estimate(toy, tmp_path, more_hooks=[watcher])
    # Two epochs of four batches.
    assert watcher.counts == dict(losses=8, before=8, after=8)


def test_clips_count_by_the_mean_of_their_losses(toy, tmp_path):
    def two_clips(info):
        data = plain(info)
        data['inputs'] = {m: torch.cat([x, -x]) for m, x in data['inputs'].items()}
        return data

    clips = dict(rgb=1, audio=1)
    network = model(dropout=0.0)
    network.num_segments = clips
    found = estimate(
        toy,
        tmp_path,
        model=network,
        test_dataloader=loader(two_clips, batch_size=5, shuffle=False),
    )
    points = loader(plain)['dataset']['type']().load_data_list()
    inputs, labels = stack(points, found.parts.held)
    found.start.eval()
    for number in range(3):
        views = [{m: sign * x for m, x in inputs.items()} for sign in (1, -1)]
        expected = [
            F.cross_entropy(scores(found.start, v, number), labels) for v in views
        ]
        measured = found.losses['val_before'][number]
        assert measured == pytest.approx(sum(expected).item() / 2, rel=1e-5)


def diverging(info):
    data = noisy(info)
    data['inputs']['audio'] = data['inputs']['audio'] * float('nan')
    return data


def test_a_diverged_classifier_is_an_error(toy, tmp_path):
    with pytest.raises(ValueError, match='train_after must be finite'):
        train(toy, tmp_path, train_dataloader=loader(diverging))
