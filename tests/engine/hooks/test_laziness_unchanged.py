"""Training with the hook equals training without it, bit for bit."""

import pytest
import torch
from mmaction.registry import MODELS
from tinyblend import checkpoint, differences
from tinyblend import train as blended
from tinylaziness import watched, weights
from tinymodels import config, same
from tinymodulation import ENCODERS

from mm_laziness.engine import LazinessMonitorHook, OGMGEHook, RandomStateHook

AUX = dict(unimodal_loss_weights=1.0, dropout=0.5, modality_dropout=0.3)
OGM = OGMGEHook(alpha=0.8)


def model():
    torch.manual_seed(0)
    encoders = {name: ENCODERS[name] for name in ('rgb', 'audio')}
    return MODELS.build(config(encoders, dict(rgb=4, audio=4), AUX))


@pytest.mark.parametrize('hooks', [[], [OGM], [OGM, RandomStateHook()]])
@pytest.mark.parametrize('wrapper', ['OptimWrapper', 'CpuAmpOptimWrapper'])
def test_dropout_ogm_and_bfloat16(toy, hooks, wrapper):
    found = []
    for monitor in (None, False):
        settings = dict(type=wrapper, optimizer=dict(type='SGD', lr=0.5))
        if not hooks:
            settings.update(accumulative_counts=2, clip_grad=dict(max_norm=1.0))
        runner, _ = watched(
            toy,
            *hooks,
            model=model(),
            monitor=monitor,
            optim_wrapper=settings,
            train_cfg=dict(by_epoch=True, max_epochs=2),
        )
        # Also what is drawn next is the same.
        found.append({**weights(runner), 'drawn': torch.rand(3)})
    assert same(*found)
    start = model().state_dict()
    assert not any(torch.equal(found[0][key], start[key]) for key in start)


class Counted(LazinessMonitorHook):
    """Keeps how many rows an epoch had."""

    def __init__(self):
        super().__init__()
        self.rows = []

    def after_train_epoch(self, runner):
        self.rows.append(self._meter._rows)
        super().after_train_epoch(runner)


def test_estimates_of_gradient_blending_count_for_nothing(toy, tmp_path):
    cfg = dict(super_epoch=2, val_begin=99)
    plain = blended(toy, tmp_path / 'plain', train_cfg=cfg)
    hook = Counted()
    seen = blended(toy, tmp_path / 'seen', train_cfg=cfg, more_hooks=[hook])
    assert same(plain.model.state_dict(), seen.model.state_dict())
    # Of 30 samples, 6 are held out.
    assert hook.rows == [24] * 4
    # As MMEngine's history of losses, ours lives through the estimates.
    states = [checkpoint(tmp_path / name, 4) for name in ('plain', 'seen')]
    kept = [state['message_hub']['runtime_info'] for state in states]
    assert [entry['epoch'] for entry in kept[1].pop('laziness')] == [1, 2, 3, 4]
    assert [state.pop('meta') for state in states]
    for state in states:
        state['message_hub']['resumed_keys'].pop('laziness', None)
        for key in ('last_ckpt', 'experiment_name'):
            state['message_hub']['runtime_info'].pop(key)
        # Seconds.
        for key in [k for k in state['message_hub']['log_scalars'] if 'time' in k]:
            state['message_hub']['log_scalars'].pop(key)
    assert differences(*states) == []
