"""Runs that go on, start from another's model, or have two processes."""

import pytest
import torch
from mmengine.model import MMDistributedDataParallel
from tinyrebalancing import Modes, Stop, build, train
from tworanks import on_two_ranks

from projects.balanced_mmtm.engine import RebalancingHook


def hook(strategy='guided', **kwargs):
    return RebalancingHook(strategy, **{**dict(epsilon=0.0, window=4), **kwargs})


def assert_same(state, other):
    """Bit for bit."""
    assert state.keys() == other.keys()
    assert all(torch.equal(state[key], other[key]) for key in state)


@pytest.mark.parametrize('strategy', ['guided', 'random'])
def test_resumed_run_equals_the_uninterrupted_one(tmp_path, strategy):
    modes, rest = Modes(), Modes()
    whole, _ = train(tmp_path / 'whole', hook(strategy), modes)
    cut, _ = train(tmp_path / 'cut', hook(strategy), Stop(2))
    # In the midst of a window, which goes on.
    assert cut['rebalancing.mode'] == modes.used[8] >= 0
    # Neither the state of this process nor another seed may matter.
    torch.rand(5)
    resumed, _ = train(
        tmp_path / 'cut', hook(strategy), rest, resume=True, randomness=dict(seed=None)
    )
    assert rest.used == modes.used[8:]
    assert_same(resumed, whole)
    assert not torch.equal(cut['units.0.average_gates'], whole['units.0.average_gates'])


def test_state_of_another_run_is_forgotten(tmp_path):
    state, _ = train(tmp_path / 'first', hook(), Stop(2))
    assert state['rebalancing.mode'] >= 0
    paths = [str(tmp_path / name) for name in ('first/epoch_2.pth', 'bare.pth')]
    for key in [*state]:
        if key.startswith('rebalancing') or 'average' in key or 'forwards' in key:
            del state[key]
    torch.save(dict(state_dict=state), paths[1])
    short = dict(train_cfg=dict(by_epoch=True, max_epochs=1))
    new, bare = (
        train(f'{path}_new', hook('measure'), load_from=path, **short)[0]
        for path in paths
    )
    assert_same(new, bare)
    assert new['units.0.forwards'] == 4
    assert new['rebalancing.mode'] == -1


def test_resumed_without_rebalancing(tmp_path):
    state, _ = train(tmp_path, hook(), Stop(2))
    assert state['rebalancing.mode'] >= 0
    modes = Modes()
    train(tmp_path, hook('measure'), modes, resume=True)
    assert modes.used == [-1] * 4


def test_resumed_to_begin_later(tmp_path):
    state, _ = train(tmp_path, hook(begin=0), Stop(1))
    assert state['rebalancing.mode'] >= 0
    modes = Modes()
    train(tmp_path, hook(begin=2), modes, resume=True)
    # Decided in the first step of epoch 2 for the second.
    assert modes.used[:5] == [-1] * 5 and max(modes.used[5:]) >= 0


def _rank(rank, folder):
    found = {}
    for strategy in ('guided', 'random'):
        modes = Modes()
        state, _ = train(
            folder / strategy,
            hook(strategy),
            modes,
            # Without find_unused_parameters.
            model=MMDistributedDataParallel(build(), device_ids=None),
            # The seeds of the ranks differ; the draws must not.
            randomness=dict(seed=3, diff_rank_seed=True),
        )
        values = {key: value.tolist() for key, value in state.items()}
        found[strategy] = values, modes.used
    return found


def test_two_gloo_ranks_equal_one_process(tmp_path):
    first, second = on_two_ranks(_rank, tmp_path / 'two')
    assert first == second
    for strategy, (state, used) in first.items():
        # Four samples for each rank, or eight for one process.
        modes = Modes()
        alone, _ = train(tmp_path / 'one', hook(strategy), modes, batch_size=8)
        assert used == modes.used
        assert max(used) >= 0
        for key, value in alone.items():
            two = torch.tensor(state[key]).double()
            torch.testing.assert_close(two, value.double(), rtol=1e-3, atol=1e-5)
