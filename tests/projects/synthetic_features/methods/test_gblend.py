import math

import pytest
import torch
from tinysynthetic import tiny_cfg, tiny_task

from projects.synthetic_features.methods import gblend as module
from projects.synthetic_features.methods.gblend import (
    estimate,
    gblend,
    single_loss,
    take,
)
from projects.synthetic_features.methods.joint import new_model, weighted_loss


def start(task):
    return new_model(task, 'mlp', unimodal_loss_weights=1.0)


def test_estimate_trains_each_classifier_alone():
    task = tiny_task('A')
    model, cfg = start(task), tiny_cfg(epochs=12)
    before = [p.clone() for p in model.parameters()]
    losses = estimate(model, task.train, task.test, cfg, 12, seed=1)
    now = zip(model.parameters(), before, strict=True)
    assert all(torch.equal(*pair) for pair in now)
    assert {name: tuple(x.shape) for name, x in losses.items()} == {
        f'{part}_{when}': (3,) for part in ('train', 'val') for when in _WHEN
    }
    for part in ('train', 'val'):
        assert (losses[f'{part}_after'] < 0.7 * losses[f'{part}_before']).all()


_WHEN = ('before', 'after')


def test_losses_before_are_the_start_s_on_either_part():
    task = tiny_task('A')
    model = start(task)
    torch.nn.init.zeros_(model.head.unimodal_classifiers['first'].weight)
    torch.nn.init.zeros_(model.head.unimodal_classifiers['first'].bias)
    losses = estimate(model, task.train, task.test, tiny_cfg(), 1, seed=1)
    for part, data in (('train', task.train), ('val', task.test)):
        assert losses[f'{part}_before'][0] == pytest.approx(math.log(2))
        fused = model.loss(data.inputs, data.labels)
        torch.testing.assert_close(losses[f'{part}_before'][2], fused)


@pytest.mark.parametrize('number, name', list(enumerate(['first', 'second', None])))
def test_a_single_loss_is_a_weighted_one(number, name):
    task = tiny_task('A')
    model = start(task)
    weights = [float(i == number) for i in range(3)]
    module.set_loss_weights(model.head, weights)
    whole = weighted_loss(model, task.test.inputs, task.test.labels)
    alone = single_loss(model, name, task.test.inputs, task.test.labels)
    torch.testing.assert_close(alone, whole)


@pytest.mark.parametrize('super_epochs', [None, 2])
def test_held_out_samples(monkeypatch, super_epochs):
    task = tiny_task('A', epochs=4, stop_below=9.0)
    calls, real = [], module.descend

    def spy(loss, parameters, data, cfg, seed, epochs):
        calls.append((len(data), epochs, real(loss, parameters, data, cfg, seed, 1)))

    monkeypatch.setattr(module, 'descend', spy)
    model = gblend(task, 'linear', super_epochs)
    # 240 samples, a fifth held out; it does not end early, though the loss is below 9.
    kept, full = (192, 4), (240, 5)
    if super_epochs is None:
        expected = [(kept[0], 4, kept[1])] * 3 + [(full[0], 4, full[1])]
    else:
        expected = [(kept[0], 2, kept[1])] * 8
    assert calls == expected
    head = model.head
    total = sum(head.unimodal_loss_weights.values()) + head.fused_loss_weight
    assert total == pytest.approx(1)


def test_take():
    task = tiny_task('C')
    part = take(task.train, [5, 2])
    assert part.labels.tolist() == task.train.labels[[5, 2]].tolist()
    assert torch.equal(part.inputs['second'][1], task.train.inputs['second'][2])
    assert part.num_classes == 3
