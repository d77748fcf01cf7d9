import multiprocessing
import os
import random
import signal
import time

import pytest
import torch
from mmengine.dataset import ConcatDataset, RepeatDataset
from mmengine.hooks import Hook
from mmengine.model import MMDistributedDataParallel
from torch.utils.data import BatchSampler
from tworanks import on_two_ranks

from mm_laziness.engine import RandomStateHook

CHECKPOINTS = dict(
    checkpoint=dict(type='BestCheckpointHook', interval=1, max_keep_ckpts=1)
)


def run(toy, work_dir, num_workers=0, persistent=False, stop_after=None, **kwargs):
    recorder = toy.recorder(stop_after)
    workers = dict(num_workers=num_workers, persistent_workers=persistent)
    settings = dict(
        train_dataloader=toy.loader(**workers),
        default_hooks=CHECKPOINTS,
        hooks=[RandomStateHook(), recorder, *kwargs.pop('more_hooks', ())],
    )
    runner = toy.runner(work_dir=str(work_dir), **{**settings, **kwargs})
    return toy.train(runner), recorder.drawn


@pytest.mark.parametrize('workers', [(0, False), (2, False), (2, True)])
def test_resumed_equals_uninterrupted(toy, tmp_path, workers):
    full, drawn = run(toy, tmp_path / 'full', *workers)
    stopped, _ = run(toy, tmp_path / 'cut', *workers, stop_after=2)
    # The state of the process must not matter.
    torch.rand(5)
    resumed, again = run(
        toy, tmp_path / 'cut', *workers, resume=True, randomness=dict(seed=None)
    )
    assert not torch.equal(stopped, full)
    assert torch.equal(resumed, full)
    assert again == drawn[16:]


def test_without_the_hook_a_resumed_run_differs(toy, tmp_path):
    full, _ = run(toy, tmp_path / 'full', hooks=[])
    run(toy, tmp_path / 'cut', hooks=[toy.recorder(2)])
    assert not torch.equal(run(toy, tmp_path / 'cut', hooks=[], resume=True)[0], full)


def test_number_of_workers_does_not_matter(toy, tmp_path):
    alone, _ = run(toy, tmp_path / 'a')
    shared, _ = run(toy, tmp_path / 'b', num_workers=2, persistent=True)
    assert torch.equal(alone, shared)


def test_each_epoch_and_sample_and_seed_has_its_own_augmentation(toy, tmp_path):
    _, drawn = run(toy, tmp_path / 'a', num_workers=2)
    _, other = run(toy, tmp_path / 'b', randomness=dict(seed=4))
    noises = [noise for _, noise in drawn + other]
    assert len(noises) == len(set(noises)) == 2 * 4 * 8


def test_killed_run_resumes_to_the_same_weights(toy, tmp_path):
    class NeverEnd(Hook):
        def after_train_iter(self, runner, *args, **kwargs):
            time.sleep(60 if runner.iter == 7 else 0.02)

    def work():
        run(toy, tmp_path / 'killed', num_workers=2, more_hooks=[NeverEnd()])

    full, _ = run(toy, tmp_path / 'full')
    child = multiprocessing.get_context('fork').Process(target=work)
    child.start()
    pointer = tmp_path / 'killed' / 'last_checkpoint'
    while not pointer.exists() and child.is_alive():
        time.sleep(0.01)
    time.sleep(0.3 * random.SystemRandom().random())
    os.kill(child.pid, signal.SIGKILL)
    child.join()
    assert child.exitcode == -signal.SIGKILL
    resumed, drawn = run(toy, tmp_path / 'killed', resume=True)
    assert torch.equal(resumed, full)
    assert len(drawn) < 4 * 8


@pytest.mark.parametrize('workers', [(0, False), (2, True)])
@pytest.mark.parametrize('sampler', ['InfiniteSampler', 'DefaultSampler'])
def test_iteration_based_loop(toy, tmp_path, workers, sampler):
    checkpoint = dict(type='BestCheckpointHook', by_epoch=False, interval=3)

    def iterate(name, iters, num_workers=workers[0], persistent=workers[1], **kwargs):
        loader = toy.loader(
            sampler=sampler, num_workers=num_workers, persistent_workers=persistent
        )
        return run(
            toy,
            tmp_path / name,
            train_dataloader=loader,
            train_cfg=dict(by_epoch=False, max_iters=iters),
            default_hooks=dict(checkpoint=checkpoint),
            param_scheduler=dict(type='PolyLR', by_epoch=False, end=6),
            **kwargs,
        )

    full, drawn = iterate('full', 6)
    iterate('cut', 3)
    resumed, again = iterate('cut', 6, resume=True)
    assert torch.equal(resumed, full)
    assert again == drawn[12:]
    assert iterate('alone', 6, 0, False)[1] == drawn
    # Three turns over 8 samples; no draw repeats.
    assert len({noise for _, noise in drawn}) == 24


@pytest.mark.parametrize('num_workers', [0, 2])
@pytest.mark.parametrize('wrapper', ['RepeatDataset', 'ConcatDataset'])
def test_repeated_samples_are_augmented_anew(toy, tmp_path, num_workers, wrapper):
    parts = [toy.dataset(4), toy.dataset(4)]
    dataset = dict(
        RepeatDataset=lambda: RepeatDataset(parts[0], 2),
        ConcatDataset=lambda: ConcatDataset(parts),
    )[wrapper]()
    loader = toy.loader(dataset, num_workers=num_workers)
    _, drawn = run(toy, tmp_path / 'a', train_dataloader=loader)
    assert len({noise for _, noise in drawn}) == len(drawn) == 4 * 8


def test_slices_and_batch_samplers(toy, tmp_path):
    def train(name, **kwargs):
        batches = dict(type=BatchSampler, drop_last=True)
        loader = toy.loader(num_batch_per_epoch=1, batch_sampler=batches, num_workers=2)
        return run(toy, tmp_path / name, train_dataloader=loader, **kwargs)

    full, _ = train('full')
    train('cut', stop_after=2)
    # The resumed run is given another seed, and must take the one it had.
    resumed, drawn = train('cut', resume=True, randomness=dict(seed=9))
    assert torch.equal(resumed, full)
    assert len({noise for _, noise in drawn}) == len(drawn) == 2 * 4


def test_warns_of_a_data_set_without_random_state(toy, tmp_path, capfd):
    loader = toy.loader(toy.dataset(random_state_attribute=False))
    run(toy, tmp_path / 'a', train_dataloader=loader)
    assert capfd.readouterr().out.count('has no attribute random_state') == 1


class Noise(Hook):
    """Draws what a model would."""

    priority = 'LOWEST'

    def __init__(self):
        self.drawn = []

    def before_train_iter(self, runner, *args, **kwargs):
        self.drawn.append((random.random(), float(torch.rand(()))))


def _rank(_, toy, folder, **kwargs):
    torch.manual_seed(0)
    model = MMDistributedDataParallel(toy.model(), device_ids=None)
    noise = Noise()
    weights, drawn = run(
        toy,
        folder,
        model=model,
        more_hooks=[noise],
        randomness=dict(seed=3, diff_rank_seed=True),
        **kwargs,
    )
    return weights.tolist(), drawn, noise.drawn


def test_two_gloo_ranks(toy, tmp_path):
    full = on_two_ranks(_rank, toy, tmp_path / 'full')
    on_two_ranks(_rank, toy, tmp_path / 'cut', stop_after=2)
    resumed = on_two_ranks(_rank, toy, tmp_path / 'cut', resume=True)
    assert [r[0] for r in resumed] == [full[0][0]] * 2 == [full[1][0]] * 2
    for rank in range(2):
        assert resumed[rank][1] == full[rank][1][8:]
        assert resumed[rank][2] == full[rank][2][2:]
    assert not set(full[0][2]) & set(full[1][2])
    # Seeds differ between ranks here, yet each sample is drawn once per epoch.
    first = sorted(index for rank in full for index, _ in rank[1][:4])
    assert first == list(range(8))
