"""Cells in processes of their own: at once, failing, and killed."""

import os

import pytest
import torch
from tinystudy import TinyStudy

from mm_laziness.utils.studies.workers import WorkerPool


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def pid_of(study, method):
    return int((study.cell_folder(method, 0) / 'pid').read_text())


@pytest.fixture
def two_threads():
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(1)


def test_two_at_once_then_one_is_killed(tmp_path, two_threads):
    study, epochs = TinyStudy(tmp_path, ['meets_a', 'meets_b', 'killed', 'last']), []
    with WorkerPool(study, 2, lambda: epochs.append(1)) as pool:
        pool.start(('meets_a', 0))
        pool.start(('meets_b', 0))
        assert not pool.has_room()
        ends = dict(pool.wait() for _ in range(2))
        # Threads are shared among the processes.
        assert {e.result['threads'] for e in ends.values()} == {1}
        assert len(epochs) == 4 and pool.has_room()
        pids = {pid_of(study, method) for method in ('meets_a', 'meets_b')}
        assert len(pids | {os.getpid()}) == 3
        pool.start(('killed', 0))
        pool.start(('last', 0))
        ends = dict(pool.wait() for _ in range(2))
        assert ends['last', 0].result['top1'] == 50.0
        assert ends['killed', 0].result is None
        assert 'was killed by SIGKILL, as the system' in ends['killed', 0].error
        # Processes are used again.
        assert {pid_of(study, m) for m in ('killed', 'last')} == pids
    assert not any(map(alive, pids))


def test_a_failure_ends_its_process(tmp_path):
    study = TinyStudy(tmp_path, ['fails'])
    with WorkerPool(study, 1, lambda: None) as pool:
        pool.start(('fails', 0))
        cell, end = pool.wait()
        assert cell == ('fails', 0)
        assert (end.result, end.error) == (
            None,
            'ValueError: fails cannot be\nas it is',
        )
        assert not alive(pid_of(study, 'fails')) and pool.has_room()
    log = (tmp_path / 'fails' / 'seed0' / 'log.txt').read_text()
    assert 'in run_cell' in log and log.endswith('fails cannot be\nas it is\n')
