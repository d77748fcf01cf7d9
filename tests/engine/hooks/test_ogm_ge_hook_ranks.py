"""Resumed runs, and two processes."""

import pytest
import torch
from mmengine.hooks import Hook
from mmengine.model import MMDistributedDataParallel
from tinymodulation import build, logged, run
from tworanks import on_two_ranks

SAVE = dict(checkpoint=dict(type='BestCheckpointHook', interval=1))


class Stop(Hook):
    """Ends a run after some epochs."""

    def __init__(self, epochs):
        self.epochs = epochs

    def after_train_epoch(self, runner):
        if runner.epoch + 1 == self.epochs:
            runner.train_loop.stop_training = True


def train(toy, folder, noise=True, stop_after=None, **kwargs):
    """All weights after training, and the runner."""
    _, _, runner = run(
        toy,
        dict(alpha=0.4, begin=1, end=4, noise=noise),
        hooks=[Stop(stop_after)],
        train_cfg=dict(by_epoch=True, max_epochs=4),
        work_dir=str(folder),
        default_hooks=SAVE,
        **kwargs,
    )
    weights = [parameter.detach().ravel() for parameter in runner.model.parameters()]
    return torch.cat(weights), runner


def test_resumed_run_draws_the_same_noise(toy, tmp_path):
    full, _ = train(toy, tmp_path / 'full')
    stopped, _ = train(toy, tmp_path / 'cut', stop_after=2)
    # The state of the process must not matter.
    torch.rand(5)
    resumed, _ = train(toy, tmp_path / 'cut', resume=True, randomness=dict(seed=None))
    assert not torch.equal(stopped, full)
    assert torch.equal(resumed, full)
    other, _ = train(toy, tmp_path / 'other', randomness=dict(seed=4))
    assert not torch.allclose(other, full, rtol=1e-2)


def _rank(rank, toy, folder, noise):
    weights, runner = train(
        toy,
        folder,
        noise,
        model=MMDistributedDataParallel(build(), device_ids=None),
        # The seeds of the ranks differ; the noise must not.
        randomness=dict(seed=3, diff_rank_seed=True),
    )
    return weights.tolist(), logged(runner, 'ogm_ratio_rgb')


@pytest.mark.parametrize('noise', [True, False])
def test_two_gloo_ranks_equal_one_process(toy, tmp_path, noise):
    first, second = on_two_ranks(_rank, toy, tmp_path / 'two', noise)
    assert first == second
    # Four samples for each rank, or eight for one process.
    alone, runner = train(toy, tmp_path / 'one', noise, batch_size=8)
    assert first[1] == pytest.approx(logged(runner, 'ogm_ratio_rgb'), rel=1e-4)
    torch.testing.assert_close(torch.tensor(first[0]), alone, rtol=1e-3, atol=1e-5)
