"""Clock, memory and last model of a run, with the moments of a run made by hand."""

from types import SimpleNamespace

import pytest

from mm_laziness.utils.studies import hook
from mm_laziness.utils.studies.hook import StudyHook


class Clock:
    now = 100.0

    def perf_counter(self):
        return self.now


class Peak:
    def __init__(self, value):
        self.value = value

    def mebibytes(self):
        return self.value


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(hook, 'time', clock)
    return clock


def run(folder, epoch=0, resume=False):
    cfg = SimpleNamespace(resume=resume)
    return SimpleNamespace(work_dir=str(folder), epoch=epoch, max_epochs=2, cfg=cfg)


def test_validation_takes_no_seconds(clock, tmp_path):
    hook, runner = StudyHook(None), run(tmp_path)
    clock.now += 5
    hook.before_val(runner)
    clock.now += 50
    hook.after_val(runner)
    clock.now += 2
    assert hook.seconds() == 7.0


def test_seconds_and_memory_outlive_an_interruption(clock, tmp_path, monkeypatch):
    peaks = iter([300.0, 200.0, None, None])
    monkeypatch.setattr(hook, 'PeakMemory', lambda: Peak(next(peaks)))
    first, checkpoint = StudyHook(None), dict(meta={})
    clock.now += 5
    first.before_save_checkpoint(run(tmp_path), checkpoint)
    for _ in range(2):
        again = StudyHook(None)
        again.after_load_checkpoint(run(tmp_path, resume=True), checkpoint)
        clock.now += 3
        assert (again.seconds(), again.memory()) == (8.0, 300.0)
    # A checkpoint to start from is not one to go on from.
    new = StudyHook(None)
    new.after_load_checkpoint(run(tmp_path), checkpoint)
    assert (new.seconds(), new.memory()) == (0.0, None)


def test_metrics_are_those_of_the_last_epoch(tmp_path):
    hook = StudyHook(None)
    hook.after_val_epoch(run(tmp_path, epoch=1), {'acc/top1': 0.9})
    assert hook.metrics == {}
    hook.after_val_epoch(run(tmp_path, epoch=2), {'acc/top1': 0.5})
    assert hook.metrics == {'acc/top1': 0.5}


def test_best_is_the_last(tmp_path):
    for epoch in (1, 2):
        (tmp_path / f'epoch_{epoch}.pth').write_text(f'model {epoch}')
    (tmp_path / 'best.pth').write_text('of another run')
    StudyHook(None).after_train(run(tmp_path, epoch=2))
    assert (tmp_path / 'best.pth').read_text() == 'model 2'
    assert (tmp_path / 'epoch_2.pth').exists()
    assert len(list(tmp_path.iterdir())) == 3


def test_best_is_the_last_of_a_training_that_ended_before(tmp_path):
    for epoch in (1, 2):
        (tmp_path / f'epoch_{epoch}.pth').write_text(f'model {epoch}')
    ended = run(tmp_path, epoch=1)
    StudyHook(None).after_train(ended)
    assert (tmp_path / 'best.pth').read_text() == 'model 1'
