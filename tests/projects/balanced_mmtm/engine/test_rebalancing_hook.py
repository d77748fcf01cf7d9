"""Re-balancing in real runs: when, by whom, and what else may not change it."""

import random
from itertools import groupby

import pytest
import torch
from engine.test_no_host_sync import Watch
from mmengine.hooks import Hook
from tinyrebalancing import Maps, Modes, build, logged, train

from mm_laziness.utils.random import derive_seed
from projects.balanced_mmtm.engine import RebalancingHook, random_next

SGD = dict(type='SGD', lr=0.1)


def guided(**kwargs):
    return RebalancingHook('guided', **{**dict(epsilon=0.0, window=3), **kwargs})


@pytest.fixture(scope='module')
def whole(tmp_path_factory):
    """A guided run of 3 epochs of 4 steps, with its modes."""
    folder, modes = tmp_path_factory.mktemp('whole'), Modes()
    state, runner = train(folder, guided(), modes)
    return state, runner, modes.used


def assert_same(state, other):
    """Bit for bit, wherever both have an entry."""
    assert state.keys() == other.keys()
    assert all(torch.equal(state[key], other[key]) for key in state)


def test_windows(whole):
    _, runner, modes = whole
    # Nothing before and in step 0 of epoch 1, whose speeds decide about step 1.
    assert modes[:5] == [-1] * 5
    runs = [(mode, len([*steps])) for mode, steps in groupby(modes[5:-1])]
    assert len(runs) >= 3
    assert max(modes) >= 0
    # A window that the end cut is none of a training without the hook.
    assert not runner.model.rebalancing.active
    # Exactly three steps each, but for one that the run's end may cut.
    for mode, steps in runs[:-1]:
        assert steps == 3 if mode >= 0 else steps >= 1
    for index, name in enumerate(('left', 'right')):
        assert logged(runner, f'rebalanced_{name}') == [m == index for m in modes]


def test_speeds_stand_still_in_windows(whole):
    _, runner, modes = whole
    speeds = logged(runner, 'speed_left')
    assert len(speeds) == len(modes) == 12
    same = [before == after for before, after in zip(speeds, speeds[1:], strict=False)]
    assert same == [mode >= 0 for mode in modes[1:]]


def assert_leader_follows(runner, modes, names):
    """After regular steps of the epochs 1, 2, ...: by the logged speeds."""
    speeds = zip(*(logged(runner, f'speed_{name}') for name in names), strict=True)
    steps = [*zip(speeds, modes, modes[1:], strict=False)]
    checked = [(s, after) for s, mode, after in steps[4:] if mode == -1]
    assert len(checked) >= 2
    for own, after in checked:
        others = [(sum(own) - speed) / (len(own) - 1) for speed in own]
        lead = [speed - other for speed, other in zip(own, others, strict=True)]
        assert after == lead.index(max(lead))


def test_rebalanced_is_who_leads(whole):
    assert_leader_follows(*whole[1:], ('left', 'right'))


def test_nothing_else_changes_it(whole, tmp_path):
    """Validation, an averaged copy of the model, and its averaged buffers."""
    ema = dict(type='EMAHook', ema_type='ExponentialMovingAverage', momentum=0.5)
    for index, hook in enumerate((ema, dict(ema, update_buffers=True))):
        state, _ = train(tmp_path / str(index), guided(), hook, validate=True)
        assert_same(state, whole[0])


def test_random_modes_come_from_seed_and_iteration(tmp_path):
    modes = Modes()
    train(tmp_path / 'first', RebalancingHook('random'), modes)
    drawn = [random_next(random.Random(derive_seed(3, i)), 2) for i in range(12)]
    # Decided in step 4 for step 5, and so on.
    assert modes.used == [-1] * 5 + drawn[4:-1]
    assert {*modes.used} == {-1, 0, 1}
    other = Modes()
    hook = RebalancingHook('random', begin=0)
    train(tmp_path / 'other', hook, other, randomness=dict(seed=4))
    drawn = [random_next(random.Random(derive_seed(4, i)), 2) for i in range(12)]
    assert other.used == [-1, *drawn[:-1]]


def test_measuring_changes_nothing(tmp_path):
    modes = Modes()
    state, runner = train(tmp_path / 'with', RebalancingHook('measure'), modes)
    plain, _ = train(tmp_path / 'without')
    trained = [key for key in state if not key.startswith('rebalancing')]
    assert all(torch.equal(state[key], plain[key]) for key in trained)
    assert {*modes.used} == {-1}
    speeds = torch.log10(
        state['rebalancing.fusion_speed'] / state['rebalancing.branch_speed']
    )
    assert [logged(runner, f'speed_{m}')[-1] for m in ('left', 'right')] == [*speeds]


def test_a_mode_holds_for_all_batches_of_a_step(whole, tmp_path):
    modes = Modes()
    accumulating = dict(optimizer=SGD, accumulative_counts=2)
    _, runner = train(
        tmp_path / 'guided', guided(), modes, batch_size=2, optim_wrapper=accumulating
    )
    assert modes.used[::2] == modes.used[1::2] == whole[2]
    # Measured as of the whole batch; windows average over twice as many forwards.
    first = logged(runner, 'speed_left')[:5]
    assert first == pytest.approx(logged(whole[1], 'speed_left')[:5], rel=1e-4)


def test_three_modalities(tmp_path):
    names, modes = ('left', 'right', 'top'), Modes()
    _, runner = train(
        tmp_path, guided(window=1), modes, model=build(names), dataset=Maps(names)
    )
    assert_leader_follows(runner, modes.used, names)


@pytest.mark.parametrize('strategy', ['guided', 'random'])
def test_no_step_waits_for_the_device(tmp_path, strategy):
    watch = Watch()
    hook = RebalancingHook(strategy, begin=0)
    with watch.watching:
        train(tmp_path, watch, hook, train_cfg=dict(by_epoch=True, max_epochs=1))
    assert watch.steps == 4


def test_what_is_trained_beside_the_run_is_not_rebalanced(tmp_path):
    class Beside(Hook):
        """Forwards of the training model, as of a loop that estimates something."""

        pending = False

        def after_train_epoch(self, runner):
            model, mode = runner.model.train(), runner.model.rebalancing.mode
            inputs = {m: x[None] for m, x in Maps().samples[0][0].items()}
            found, kept = model.extract_feat(inputs), mode.clone()
            self.pending |= kept.item() >= 0
            mode.fill_(-1)
            expected = model.extract_feat(inputs)
            mode.copy_(kept)
            assert all(torch.equal(found[m], expected[m]) for m in inputs)

    beside = Beside()
    train(tmp_path, guided(window=4), beside)
    assert beside.pending


def test_another_loops_steps_do_not_count(tmp_path):
    """Some estimate something by steps of the same model and optimizer."""

    class Probe(RebalancingHook):
        def after_train_iter(self, runner, *args, **kwargs):
            super().after_train_iter(runner, *args, **kwargs)
            before = self.state.fusion_speed.clone()
            runner.optim_wrapper.optimizer.step()
            assert torch.equal(self.state.fusion_speed, before)

    hook = Probe('measure')
    _, runner = train(tmp_path, hook, train_cfg=dict(by_epoch=True, max_epochs=1))
    # And after the run nothing listens.
    assert not runner.optim_wrapper.optimizer._optimizer_step_pre_hooks
