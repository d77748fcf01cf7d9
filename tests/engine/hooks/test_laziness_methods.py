"""Every method trains with the hook as without it, bit for bit; scaled steps count."""

import pytest
import torch
from mmengine.hooks import EMAHook
from mmengine.optim import OptimWrapper
from tinyblend import train as blended
from tinydimml import Views
from tinydimml import model as di_mml
from tinylaziness import watched, weights
from tinymodels import same, save
from tinymodulation import Gradients, TinySet, build

from mm_laziness.engine import DIMMLHook, LazinessMonitorHook
from mm_laziness.engine.hooks.laziness_meter import LazinessMeter

EPOCHS = dict(train_cfg=dict(by_epoch=True, max_epochs=2))


def both(toy, make, *hooks, **kwargs):
    """Weights after training with the hook and without it."""
    found = []
    for monitor in (None, False):
        torch.manual_seed(0)
        own = [hook() for hook in hooks]
        runner, _ = watched(
            toy, *own, model=make(), monitor=monitor, **EPOCHS, **kwargs
        )
        found.append({**weights(runner), 'drawn': torch.rand(3)})
    return found


def test_averaged_weights(toy):
    plain, seen = both(toy, build, lambda: EMAHook(momentum=0.5))
    assert same(plain, seen)


def test_umt(toy, tmp_path):
    path = save(tmp_path / 'joint.pth', build().state_dict())

    umt = dict(type='UMTRecognizer', teachers=dict(rgb=path, audio=path))
    assert same(*both(toy, lambda: build(**umt)))


@pytest.mark.parametrize('stage', [1, 2])
def test_di_mml(toy, tmp_path, stage):
    head, hooks = {}, [lambda: DIMMLHook(1)]
    if stage == 2:
        path = save(tmp_path / 'one.pth', di_mml().state_dict())
        head, hooks = dict(stage=2, stage1_checkpoint=path), []
    assert same(*both(toy, lambda: di_mml(**head), *hooks, dataset=Views()))


def test_offline_gradient_blending(toy, tmp_path):
    cfg = dict(super_epoch=None, val_begin=99)
    plain = blended(toy, tmp_path / 'plain', train_cfg=cfg)
    hooks = [LazinessMonitorHook()]
    seen = blended(toy, tmp_path / 'seen', train_cfg=cfg, more_hooks=hooks)
    assert same(plain.model.state_dict(), seen.model.state_dict())


class Scaled(OptimWrapper):
    """As MMEngine's AmpOptimWrapper, but on the CPU."""

    def __init__(self, unscale=False, **kwargs):
        super().__init__(**kwargs)
        self.unscale = unscale
        self.scaler = torch.amp.GradScaler('cpu', init_scale=64.0)

    def backward(self, loss, **kwargs):
        self.scaler.scale(loss).backward(**kwargs)
        self._inner_count += 1

    def step(self, **kwargs):
        if self.unscale:
            self.scaler.unscale_(self.optimizer)
        self.scaler.step(self.optimizer)
        self.scaler.update()


@pytest.mark.parametrize('fused', [None, True])
@pytest.mark.parametrize('unscale', [False, True])
def test_scaled_gradients_and_a_skipped_step(toy, fused, unscale):
    """A fused optimizer is called also for scaled and for infinite gradients."""
    data = TinySet(size=12)
    plain = Gradients('HIGHEST')
    models = []
    for _ in range(2):
        torch.manual_seed(0)
        models.append(build())
    watched(toy, plain, model=models[0], dataset=data, lr=1e-12)
    model, calls = models[1], []

    def overflow(grad):
        calls.append(grad)
        return grad * float('inf') if len(calls) == 1 else grad

    model.encoders['rgb'].weight.register_hook(overflow)
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-12, fused=fused)
    scaled = Scaled(unscale, optimizer=optimizer)
    settings = dict(optim_wrapper=scaled, param_scheduler=None)
    _, found = watched(toy, model=model, dataset=data, **settings)
    assert len(calls) == 3
    # Of three steps the first was skipped.
    expected = mean_norms(plain, slice(1, None))
    numbers = found['epochs'][0]['modalities']
    assert {m: own['grad_norm'] for m, own in numbers.items()} == pytest.approx(
        expected, rel=1e-4
    )


def test_sums_of_half_precision_lose_no_step():
    net = torch.nn.Linear(1, 1, bias=False).bfloat16()
    net.weight.grad = torch.ones_like(net.weight)
    meter = LazinessMeter(None, dict(sun=net))
    meter.armed = True
    # From 256 on bfloat16 does not know the next integer.
    for _ in range(300):
        meter.observe_gradients(None)
    sums = meter.sums()
    assert sums['grad_norm'].tolist() == sums['steps'].tolist() == [300]


def mean_norms(gradients, part):
    """Mean norm of some steps, by modality."""
    found = {}
    for name in ('rgb', 'audio'):
        norms = [
            torch.cat([g.ravel() for key, g in step.items() if f'.{name}.' in key])
            for step in gradients.steps[part]
        ]
        found[name] = sum(float(norm.norm()) for norm in norms) / len(norms)
    return found
