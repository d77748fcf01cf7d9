"""Gradient accumulation, clipping, mixed precision and skipped steps."""

import pytest
import torch
from mmengine.optim import OptimWrapper
from tinymodulation import build, logged, run, slow_coefficients, slow_sums

ALPHA = 0.4
HOOK = dict(alpha=ALPHA, noise=False)
EPOCHS = dict(by_epoch=True, max_epochs=3)


def optimizer(lr=0.1, **kwargs):
    return dict(optimizer=dict(type='SGD', lr=lr), **kwargs)


def factors(runner):
    return {
        name: logged(runner, f'ogm_coefficient_{name}') for name in ('rgb', 'audio')
    }


def assert_modulated(raw, changed, runner):
    """Every step by the logged coefficients."""
    logs = factors(runner)
    assert len(logs['rgb']) == len(raw.steps) == len(changed.steps)
    for index, (before, after) in enumerate(zip(raw.steps, changed.steps, strict=True)):
        for name in ('rgb', 'audio'):
            key = f'encoders.{name}.weight'
            torch.testing.assert_close(after[key], logs[name][index] * before[key])


def test_micro_batches_equal_one_batch(toy):
    whole = run(toy, HOOK, batch_size=8, train_cfg=EPOCHS, optim_wrapper=optimizer())
    parts = run(
        toy,
        HOOK,
        batch_size=4,
        train_cfg=EPOCHS,
        optim_wrapper=optimizer(accumulative_counts=2),
    )
    for result in (whole, parts):
        assert len(result[1].steps) == 3
        assert_modulated(*result)
    for name, values in factors(whole[2]).items():
        assert factors(parts[2])[name] == pytest.approx(values)
    assert any(value < 1.0 for values in factors(whole[2]).values() for value in values)
    states = [result[2].model.state_dict() for result in (whole, parts)]
    for key, value in states[0].items():
        torch.testing.assert_close(states[1][key], value)


def test_last_step_of_fewer_micro_batches(toy):
    # Batches of 3, 3 and 2: the third stands alone.
    wrapper = optimizer(lr=0.0, accumulative_counts=2)
    raw, changed, runner = run(toy, HOOK, batch_size=3, optim_wrapper=wrapper)
    assert len(raw.steps) == 2
    assert_modulated(raw, changed, runner)
    alone = run(toy, HOOK, batch_size=3, optim_wrapper=optimizer(lr=0.0))[2]
    assert logged(runner, 'ogm_ratio_rgb')[1] == logged(alone, 'ogm_ratio_rgb')[2]


def test_clipping_comes_before(toy):
    clip = optimizer(clip_grad=dict(max_norm=0.01))
    raw, changed, runner = run(toy, HOOK, optim_wrapper=clip, train_cfg=EPOCHS)
    assert_modulated(raw, changed, runner)
    for step in raw.steps:
        norm = torch.cat([grad.ravel() for grad in step.values()]).norm()
        assert norm.item() == pytest.approx(0.01, rel=1e-3)


def test_bfloat16(toy):
    exact = run(toy, HOOK)[2]
    half = optimizer(type='CpuAmpOptimWrapper')
    raw, changed, runner = run(toy, HOOK, optim_wrapper=half)
    assert_modulated(raw, changed, runner)
    assert raw.seen[0][0]['rgb'].dtype == torch.bfloat16
    ratio = logged(runner, 'ogm_ratio_rgb')[0]
    assert ratio == pytest.approx(logged(exact, 'ogm_ratio_rgb')[0], rel=0.05)


class ScaledWrapper(OptimWrapper):
    """As MMEngine's AmpOptimWrapper, but on the CPU."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.scaler = torch.amp.GradScaler('cpu', init_scale=16.0)

    def backward(self, loss, **kwargs):
        self.scaler.scale(loss).backward(**kwargs)
        self._inner_count += 1

    def step(self, **kwargs):
        self.scaler.unscale_(self.optimizer)
        self.scaler.step(self.optimizer)
        self.scaler.update()


@pytest.mark.parametrize('counts', [1, 2])
def test_skipped_step_leaves_nothing_behind(toy, counts):
    model, calls = build(), []

    def overflow(grad):
        calls.append(grad)
        return grad * float('inf') if len(calls) == 1 else grad

    model.cls_head.fc_cls.bias.register_hook(overflow)
    wrapper = ScaledWrapper(
        optimizer=torch.optim.SGD(model.parameters(), lr=0.0),
        accumulative_counts=counts,
    )
    raw, changed, runner = run(
        toy, HOOK, model, batch_size=2, optim_wrapper=wrapper, param_scheduler=None
    )
    # Four batches of two.
    assert len(raw.seen) == 4
    assert_modulated(raw, changed, runner)
    assert len(raw.steps) == 4 // counts - 1
    expected = slow_coefficients(slow_sums(model.cls_head, raw.seen[-counts:]), ALPHA)
    for name, (ratio, _) in expected.items():
        assert logged(runner, f'ogm_ratio_{name}')[-1] == pytest.approx(ratio)
