import math

import pytest
import torch
from tinysynthetic import tiny_cfg, tiny_task

from projects.synthetic_features.methods import gblend as module
from projects.synthetic_features.methods.descent import descend
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


def test_estimates_all_begin_at_the_start():
    task = tiny_task('A')
    model, cfg = start(task), tiny_cfg(epochs=2)
    losses = estimate(model, task.train, task.test, cfg, 2, seed=1)
    plain = start(task)
    descend(plain.loss, plain.parameters(), task.train, cfg, 1)
    fused = plain.loss(task.train.inputs, task.train.labels)
    torch.testing.assert_close(losses['train_after'][2], fused)


def test_weights_of_the_estimate_on_the_held_out_part(monkeypatch):
    task, seen = tiny_task('A', epochs=1), []

    def estimate(model, kept, held, cfg, epochs, seed):
        seen.extend([kept.inputs['first'], held.inputs['first']])
        # All overfit by 1; the held-out losses fall by 1, 2 and 5.
        fall = torch.tensor([1.0, 2.0, 5.0])
        ten = torch.full((3,), 10.0)
        return dict(
            train_before=ten, train_after=9 - fall, val_before=ten, val_after=10 - fall
        )

    monkeypatch.setattr(module, 'estimate', estimate)
    head = gblend(task, 'linear').head
    weights = [*head.unimodal_loss_weights.values(), head.fused_loss_weight]
    assert weights == pytest.approx([1 / 8, 2 / 8, 5 / 8])
    assert [len(x) for x in seen] == [192, 48]
    rows = {tuple(row) for x in seen for row in x.tolist()}
    assert rows == {tuple(row) for row in task.train.inputs['first'].tolist()}
    assert len(rows) == 240


def test_take():
    task = tiny_task('C')
    part = take(task.train, [5, 2])
    assert part.labels.tolist() == task.train.labels[[5, 2]].tolist()
    assert torch.equal(part.inputs['second'][1], task.train.inputs['second'][2])
    assert part.num_classes == 3
