"""Re-balancing in mixed precision, whose optimizers may unscale and skip."""

import pytest
import torch
from engine.hooks.test_laziness_methods import Scaled
from tinyrebalancing import Modes, build, logged, train

from projects.balanced_mmtm.engine import RebalancingHook


def test_mixed_precision(tmp_path):
    state, runner = train(
        tmp_path,
        RebalancingHook('guided', epsilon=0.0, window=3),
        optim_wrapper=dict(
            type='CpuAmpOptimWrapper',
            optimizer=dict(type='SGD', lr=0.1),
            dtype='bfloat16',
        ),
    )
    assert all(value.isfinite().all() for value in state.values())
    windows = logged(runner, 'rebalanced_left') + logged(runner, 'rebalanced_right')
    assert {*windows} == {0, 1}
    assert state['rebalancing.fusion_speed'].dtype == torch.float32


@pytest.mark.parametrize('strategy', ['guided', 'random'])
def test_a_fused_optimizer_is_like_any_other(tmp_path, strategy):
    """It is called for scaled and for infinite gradients, too."""
    found = []
    for fused, unscale in ((None, False), (True, False), (True, True)):
        model, modes, calls = build(), Modes(), []

        def overflow(grad, calls=calls):
            calls.append(grad)
            # In the first regular step, and within a window.
            return grad * float('inf') if len(calls) in (1, 4) else grad

        model.encoders['left'].c1.weight.register_hook(overflow)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1, fused=fused)
        state, runner = train(
            tmp_path / f'{fused}_{unscale}',
            RebalancingHook(strategy, epsilon=0.0, window=3, begin=0),
            modes,
            model=model,
            optim_wrapper=Scaled(unscale, optimizer=optimizer),
        )
        speeds = logged(runner, 'speed_left')[-1]
        found.append((modes.used, speeds, state['rebalancing.branch_speed']))
    assert {*found[0][0]} == {-1, 0, 1}
    for modes, speeds, sums in found[1:]:
        assert modes == found[0][0]
        assert speeds == pytest.approx(found[0][1], rel=1e-5)
        torch.testing.assert_close(sums, found[0][2])
