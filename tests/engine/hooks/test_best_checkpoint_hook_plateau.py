"""Checkpoints of runs whose schedule learns from validation."""

import pytest

from mm_laziness.compat import load_checkpoint_file

# From the second epoch on nothing improves: with patience 1 the third one's rate falls.
SCORES = [0.5, 0.4, 0.3, 0.2, 0.1, 0.05]
PLATEAU = dict(
    type='ReduceOnPlateauLR', monitor='acc/top1', rule='greater', patience=1, factor=0.1
)


def runner(toy, scores=SCORES, schedule=PLATEAU, **kwargs):
    hook = dict(type='BestCheckpointHook', interval=1, save_best='acc/top1')
    settings = dict(
        scores=scores,
        param_scheduler=schedule,
        train_cfg=dict(by_epoch=True, max_epochs=6, val_interval=1),
        default_hooks=dict(checkpoint=hook),
    )
    return toy.runner(**{**settings, **kwargs})


def schedule_of(path):
    (state,) = load_checkpoint_file(path)['param_schedulers']
    return state


@pytest.mark.parametrize('stop', [1, 2, 3])
def test_resumed_schedule_remembers_every_validation(toy, tmp_path, stop):
    whole = runner(toy)
    toy.train(whole)
    folder = tmp_path / 'stopped'
    first = runner(toy, hooks=[toy.recorder(stop)], work_dir=str(folder))
    toy.train(first)
    # Nothing is lost by what MMEngine saves before it validates.
    assert schedule_of(folder / f'epoch_{stop}.pth')['last_step'] == stop - 1
    rest = runner(toy, SCORES[stop:], resume=True, work_dir=str(folder))
    toy.train(rest)
    rates = [each.optim_wrapper.get_lr()['lr'][0] for each in (whole, rest)]
    assert rates[0] == rates[1]
    path = 'epoch_6.pth'
    assert schedule_of(folder / path) == schedule_of(tmp_path / 'run' / path)


def test_intervals_that_change(toy, tmp_path):
    """Validated are epochs 2 to 6, of which MMEngine counts all but the last."""
    cfg = dict(by_epoch=True, max_epochs=6, val_interval=2)
    toy.train(runner(toy, train_cfg=dict(cfg, dynamic_intervals=[(4, 1)])))
    counts = [
        schedule_of(tmp_path / 'run' / f'epoch_{epoch}.pth')['last_step']
        for epoch in range(1, 7)
    ]
    first = counts[0]
    assert [count - first for count in counts] == [0, 1, 2, 3, 4, 4]


def test_a_run_that_dies_in_validation_goes_back_an_epoch(toy, tmp_path):
    # No more scores: the second validation fails.
    with pytest.raises(StopIteration):
        toy.train(runner(toy, SCORES[:1]))
    assert (tmp_path / 'run' / 'epoch_1.pth').exists()
    assert not (tmp_path / 'run' / 'epoch_2.pth').exists()


def test_other_schedules_are_saved_before_validation(toy, tmp_path):
    step = dict(type='StepLR', step_size=3, by_epoch=True)
    with pytest.raises(StopIteration):
        toy.train(runner(toy, SCORES[:1], schedule=step))
    assert (tmp_path / 'run' / 'epoch_2.pth').exists()


def test_epochs_without_validation_are_saved(toy, tmp_path):
    # Epochs 2, 4 and 6 are validated.
    toy.train(runner(toy, train_cfg=dict(by_epoch=True, max_epochs=6, val_interval=2)))
    saved = {path.stem for path in (tmp_path / 'run').glob('epoch_*.pth')}
    assert saved == {f'epoch_{epoch}' for epoch in range(1, 7)}
