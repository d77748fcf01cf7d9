import copy
import random

import numpy as np
import pytest
import torch
from tinyblend import differences, settings

from mm_laziness.engine.runner.snapshot import TrainingSnapshot

WRAPPERS = dict(
    plain=dict(optimizer=dict(type='SGD', lr=0.1, momentum=0.9, weight_decay=1e-3)),
    accumulating=dict(
        optimizer=dict(type='Adam', lr=0.1),
        accumulative_counts=3,
        clip_grad=dict(max_norm=0.1),
    ),
    groups_and_amp=dict(
        type='CpuAmpOptimWrapper',
        optimizer=dict(type='AdamW', lr=0.1),
        paramwise_cfg=dict(custom_keys={'encoders.rgb': dict(lr_mult=0.5)}),
    ),
)


def state(runner):
    """All that a snapshot must bring back, copied by other means than its own."""
    model, wrapper = runner.model, runner.optim_wrapper
    weights = [*model.named_parameters(), *model.named_buffers()]
    optimizer = wrapper.optimizer
    return copy.deepcopy(
        dict(
            weights={name: weight.detach() for name, weight in weights},
            gradients=[weight.grad for weight in model.parameters()],
            modes=[module.training for module in model.modules()],
            loss_weights=[
                model.cls_head.unimodal_loss_weights,
                model.cls_head.fused_loss_weight,
            ],
            optimizer=[optimizer.state.get(p) for p in model.parameters()],
            groups=[
                {key: value for key, value in group.items() if key != 'params'}
                for group in wrapper.param_groups
            ],
            counts=[wrapper._inner_count, wrapper._max_counts],
            remainder=wrapper._remainder_counts,
            schedulers=[s.state_dict() for s in runner.param_schedulers],
            hub=vars(runner.message_hub),
            random=[random.getstate(), np.random.get_state(), torch.get_rng_state()],
        )
    )


def started(toy, tmp_path, **kwargs):
    """A runner in the midst of training, with a state in everything."""
    schedules = [
        dict(type='LinearLR', start_factor=0.1, by_epoch=False, end=50),
        dict(type='PolyLR', by_epoch=True, end=60),
    ]
    arguments = settings(param_scheduler=schedules, **kwargs)
    runner = toy.runner(work_dir=str(tmp_path), **arguments)
    runner.model.register_buffer('unsaved', torch.zeros(2), persistent=False)
    loop = runner.train_loop
    runner.optim_wrapper = runner.build_optim_wrapper(runner.optim_wrapper)
    runner.param_schedulers = runner.build_param_scheduler(runner.param_schedulers)
    runner.optim_wrapper.initialize_count_status(runner.model, 0, loop.max_iters)
    runner.model.train()
    runner.model.encoders['audio'].eval()
    return runner


def disturb(runner, steps=4):
    """Change everything."""
    model = runner.model
    model.train()
    model.encoders['rgb'].eval()
    model.unsaved += 1
    model.cls_head.unimodal_loss_weights['rgb'] = random.random()
    model.cls_head.fused_loss_weight = 5.0
    runner.optim_wrapper.initialize_count_status(model, 0, random.randrange(100, 10**6))
    for batch in list(runner.train_dataloader)[:steps]:
        model.train_step(batch, optim_wrapper=runner.optim_wrapper)
        for scheduler in runner.param_schedulers:
            scheduler.step()
    runner.message_hub.update_scalar('train/loss', np.random.rand())
    runner.message_hub.update_info('new', [steps])


def keys(found):
    return {path.split('/')[1].split(':')[0] for path in found}


@pytest.mark.parametrize('wrapper', WRAPPERS)
@pytest.mark.parametrize('steps', [0, 4])
def test_comes_back_bit_for_bit_any_number_of_times(toy, tmp_path, wrapper, steps):
    runner = started(toy, tmp_path, optim_wrapper=WRAPPERS[wrapper])
    if steps:
        disturb(runner, steps)
        # In the accumulating run, gradients of one step wait for the next.
        waiting = [p.grad is not None for p in runner.model.parameters()]
        assert any(waiting) == (wrapper == 'accumulating')
    snapshot, before = TrainingSnapshot(runner), state(runner)
    for turn in range(3):
        disturb(runner, steps=3 + turn % 2)
        # It has to do with every part.
        changed = keys(differences(before, state(runner)))
        assert changed >= {*before} - {'remainder', 'gradients', 'modes'}
        snapshot.restore()
        assert differences(before, state(runner)) == []


def test_training_goes_on_as_if_nothing_had_been(toy, tmp_path):
    def train(name, disturbed):
        runner = started(toy, tmp_path / name)
        disturb(runner, 2)
        if disturbed:
            snapshot = TrainingSnapshot(runner)
            disturb(runner, 3)
            snapshot.restore()
        # Order, augmentation and dropout are drawn from the restored states.
        disturb(runner, 4)
        return state(runner)

    first, second = train('a', True), train('b', False)
    for each in (first, second):
        each['hub'].pop('_instance_name')
    assert differences(first, second) == []


def test_what_refers_to_the_model_goes_on_doing_so(toy, tmp_path):
    runner = started(toy, tmp_path)
    before = {id(weight) for weight in runner.model.parameters()}
    snapshot = TrainingSnapshot(runner)
    disturb(runner)
    snapshot.restore()
    assert {id(weight) for weight in runner.model.parameters()} == before
    groups = runner.optim_wrapper.optimizer.param_groups
    assert {id(weight) for group in groups for weight in group['params']} == before


def test_the_mode_of_a_wrapper_comes_back(toy, tmp_path):
    runner = started(toy, tmp_path)
    runner.model = torch.nn.DataParallel(runner.model).eval()
    snapshot = TrainingSnapshot(runner)
    runner.model.train()
    snapshot.restore()
    assert not any(module.training for module in runner.model.modules())


@pytest.mark.parametrize('kind', ['none', 'dict'])
def test_schedulers_as_runners_keep_them(toy, tmp_path, kind):
    runner = started(toy, tmp_path)
    several = runner.param_schedulers
    runner.param_schedulers = None if kind == 'none' else dict(model=several)
    before = copy.deepcopy([scheduler.state_dict() for scheduler in several])
    snapshot = TrainingSnapshot(runner)
    for scheduler in several:
        scheduler.step()
    changed = copy.deepcopy([scheduler.state_dict() for scheduler in several])
    snapshot.restore()
    after = [scheduler.state_dict() for scheduler in several]
    assert after == (changed if kind == 'none' else before)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.accelerator.is_available(), reason='no accelerator here')
def test_random_states_of_accelerators(toy, tmp_path):
    device = torch.accelerator.current_accelerator()
    snapshot = TrainingSnapshot(started(toy, tmp_path))
    first = torch.rand(3, device=device)
    snapshot.restore()
    assert torch.equal(torch.rand(3, device=device), first)
