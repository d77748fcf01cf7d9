from pathlib import Path

import numpy as np
import pytest
import torch
from mmaction.registry import HOOKS
from mmengine.config import Config
from mmengine.hooks import Hook
from tinymodulation import (
    TinySet,
    build,
    logged,
    run,
    slow_coefficients,
    slow_sums,
)

ROOT = Path(__file__).parents[3]
ALPHA = 0.4


def assert_scaled(raw, changed, factors):
    """Convolution weights are scaled by their encoder's factor, and nothing else."""
    for name, grad in raw.items():
        is_weight = name.startswith('encoders.') and name.endswith('.weight')
        factor = factors[name.split('.')[1]] if is_weight else 1.0
        torch.testing.assert_close(changed[name], factor * grad, msg=name)


HEADS = ['LinearFusionHead', 'MLPFusionHead', 'AttentionFusionHead']


@pytest.mark.parametrize('names', [('rgb', 'audio'), ('rgb', 'audio', 'flow')])
@pytest.mark.parametrize('head', HEADS)
def test_equals_a_slow_reference(toy, head, names):
    model = build(names, head)
    raw, changed, runner = run(
        toy, dict(alpha=ALPHA, noise=False), model, TinySet(names), batch_size=8
    )
    assert len(raw.steps) == len(changed.steps) == 1
    # The head has changed by one step since; its scores then are wanted.
    before = build(names, head)
    again, _, _ = run(toy, None, before, TinySet(names), batch_size=8, lr=0.0)
    sums = slow_sums(before.cls_head, again.seen)
    expected = slow_coefficients(sums, ALPHA)
    factors = {name: factor for name, (_, factor) in expected.items()}
    assert min(factors.values()) < 1.0 == max(factors.values())
    assert_scaled(raw.steps[0], changed.steps[0], factors)
    for name, (ratio, factor) in expected.items():
        assert logged(runner, f'ogm_ratio_{name}') == pytest.approx([ratio])
        assert logged(runner, f'ogm_coefficient_{name}') == pytest.approx([factor])


def test_noise_on_all_convolutions_and_on_nothing_else(toy):
    raw, changed, runner = run(toy, dict(alpha=ALPHA), batch_size=8)
    assert min(logged(runner, f'ogm_coefficient_{m}')[0] for m in ('rgb', 'audio')) < 1
    assert max(logged(runner, f'ogm_coefficient_{m}')[0] for m in ('rgb', 'audio')) == 1
    for name, grad in raw.steps[0].items():
        is_weight = name.startswith('encoders.') and name.endswith('.weight')
        difference = changed.steps[0][name] - grad
        assert torch.equal(difference, torch.zeros_like(grad)) == (not is_weight)


def test_window_of_epochs(toy):
    golden = np.load(ROOT / 'tests' / 'golden' / 'ogm_tiny_model.npz')
    first, last = (
        int(golden[f'window_modulation_{name}']) for name in ('starts', 'ends')
    )
    hook = dict(alpha=ALPHA, begin=first, end=last + 1, noise=False)
    loop = dict(by_epoch=True, max_epochs=8)
    raw, changed, runner = run(toy, hook, batch_size=8, train_cfg=loop, lr=1e-4)
    modulated = [
        any(not torch.equal(a[name], b[name]) for name in a)
        for a, b in zip(raw.steps, changed.steps, strict=True)
    ]
    expected = dict(
        zip(golden['window_epochs'], golden['window_is_modulated'], strict=True)
    )
    assert modulated == [expected.get(epoch, False) for epoch in range(8)]
    assert len(logged(runner, 'ogm_ratio_rgb')) == sum(modulated) == 4


class Estimate(Hook):
    """Trains between the epochs without calling hooks, as some loops do."""

    def before_train_epoch(self, runner):
        batch = next(iter(runner.train_dataloader))
        runner.model.train_step(batch, runner.optim_wrapper)

    after_train_epoch = before_train_epoch


def test_steps_of_others_are_left_alone(toy):
    raw, changed, runner = run(toy, dict(alpha=ALPHA), batch_size=8, hooks=[Estimate()])
    modulated = [
        any(not torch.equal(a[name], b[name]) for name in a)
        for a, b in zip(raw.steps, changed.steps, strict=True)
    ]
    assert modulated == [False, True, False]
    assert len(logged(runner, 'ogm_ratio_rgb')) == 1


def test_leaves_nothing_behind(toy):
    _, _, runner = run(toy, dict(alpha=ALPHA), batch_size=8)
    # Only the tests' own.
    assert len(runner.model.cls_head._loss_observers) == 2
    assert len(runner.optim_wrapper.optimizer._optimizer_step_pre_hooks) == 2


def test_asks_the_device_for_nothing(toy, monkeypatch):
    from mm_laziness.engine import OGMGEHook

    hook, dataset = OGMGEHook(alpha=ALPHA), TinySet()
    runner = toy.runner(model=build(), train_dataloader=toy.loader(dataset))
    runner.optim_wrapper = runner.build_optim_wrapper(runner.optim_wrapper)
    hook.before_train(runner)
    inputs = {
        name: torch.stack([sample['inputs'][name] for sample in dataset.samples])
        for name in ('rgb', 'audio')
    }
    samples = [sample['data_samples'] for sample in dataset.samples]

    def refuse(*args):
        raise AssertionError('a host synchronization')

    for name in (
        'item',
        '__float__',
        '__bool__',
        '__int__',
        'cpu',
        'tolist',
        'nonzero',
    ):
        monkeypatch.setattr(torch.Tensor, name, refuse)
    hook.before_train_iter(runner, 0)
    losses = runner.model.loss(inputs, samples)
    losses['loss_cls'].backward()
    runner.optim_wrapper.optimizer.step()
    outputs = {}
    hook.after_train_iter(runner, 0, outputs=outputs)
    assert outputs['ogm_coefficient_rgb'].ndim == 0 and len(outputs) == 4


CONFIGS = sorted((ROOT / 'configs').glob('*ogm*.py'))


@pytest.mark.parametrize('path', CONFIGS, ids=lambda path: path.stem)
def test_configs(path):
    cfg = Config.fromfile(path)
    (hook,) = [HOOKS.build(hook) for hook in cfg.custom_hooks]
    assert hook.noise == ('ogm_ge' in path.stem)
    assert hook.begin < hook.end <= cfg.train_cfg.max_epochs
