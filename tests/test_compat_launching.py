import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from compat_tiny_runner import build_runner
from mmengine.dist import utils
from tworanks import on_two_ranks

from mm_laziness.compat import launching

ROOT = Path(__file__).parents[1]


def two_stock_runs(rank, folder, environment):
    """Two runs of a stock Runner that joins the group itself."""
    torch.distributed.destroy_process_group()
    # Those of the launcher, which processes that are forked do not need to import.
    os.environ.update(environment, RANK=str(rank), LOCAL_RANK=str(rank), WORLD_SIZE='2')
    wrapper = {'model_wrapper_cfg': dict(find_unused_parameters=True)}
    found = []
    for epochs, extra in enumerate(({}, dict(cfg=wrapper)), start=1):
        runner = build_runner(folder, epochs, launcher='pytorch', **extra)
        before = runner.model.module.fc.weight.detach().clone()
        runner.train()
        weight = runner.model.module.fc.weight.detach().clone()
        assert not torch.equal(weight, before)
        assert runner.optim_wrapper.message_hub.get_info('iter') == 2 * epochs - 1
        found.append(weight.tolist())
    return found, torch.distributed.get_backend()


def test_two_processes_without_a_gpu_end_with_equal_weights(tmp_path, alone):
    first, second = on_two_ranks(two_stock_runs, tmp_path, alone)
    assert first == second
    assert first[1] == 'gloo' and len(first[0]) == 2


def test_a_collective_right_before_the_end_does_not_abort(alone):
    code = (
        'import runpy, sys, time, torch\n'
        "fix = runpy.run_path('mm_laziness/compat/launching.py')\n"
        "fix['allow_launch_without_accelerator']()\n"
        'from mmengine.dist import init_dist\n'
        "init_dist('pytorch')\n"
        # Nothing but our fix lends gloo's thread the GIL from here on.
        'sys.setswitchinterval(60)\n'
        'one = torch.ones(1)\n'
        'work = torch.distributed.all_gather([one], one, async_op=True)\n'
        'del work\n'
        'end = time.perf_counter() + 0.3\n'
        'while time.perf_counter() < end: pass\n'
    )
    done = subprocess.run(
        [sys.executable, '-c', code],
        env={**os.environ, **alone},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture
def alone():
    """The environment of the only process of a group, without a GPU."""
    with socket.socket() as free:
        free.bind(('localhost', 0))
        port = free.getsockname()[1]
    ranks = {'RANK': '0', 'LOCAL_RANK': '0', 'WORLD_SIZE': '1'}
    place = {'MASTER_ADDR': 'localhost', 'MASTER_PORT': str(port)}
    return {**ranks, **place, 'CUDA_VISIBLE_DEVICES': ''}


@pytest.fixture
def joined(monkeypatch):
    """Record how the process group would have been joined."""
    calls = []
    # The delay is kept until pytest ends.
    monkeypatch.setattr(launching, 'EXIT_DELAY', 0)
    monkeypatch.setattr(
        torch.distributed, 'init_process_group', lambda **kwargs: calls.append(kwargs)
    )
    for name in ('RANK', 'LOCAL_RANK', 'SLURM_PROCID'):
        monkeypatch.setenv(name, '1')
    for name in ('WORLD_SIZE', 'SLURM_NTASKS'):
        monkeypatch.setenv(name, '2')
    monkeypatch.setenv('SLURM_NODELIST', 'localhost')
    monkeypatch.setenv('MASTER_ADDR', 'localhost')
    monkeypatch.setenv('MASTER_PORT', '29500')
    monkeypatch.delenv('SLURM_LOCALID', raising=False)
    return calls


@pytest.mark.parametrize('launcher', ['pytorch', 'slurm'])
@pytest.mark.parametrize('asked,given', [('nccl', 'gloo'), ('mpi', 'mpi')])
def test_only_nccl_is_replaced_on_a_cpu(monkeypatch, joined, launcher, asked, given):
    monkeypatch.setattr(launching, 'get_device', lambda: 'cpu')
    select = torch.cuda.set_device
    utils.init_dist(launcher, backend=asked, timeout=60)
    assert joined[0]['backend'] == given
    assert joined[0]['timeout'].seconds == 60
    assert torch.cuda.set_device is select


def test_a_machine_with_a_gpu_runs_the_stock_code(monkeypatch, joined):
    selected = []
    monkeypatch.setattr(launching, 'get_device', lambda: 'cuda')
    monkeypatch.setattr(torch.cuda, 'set_device', selected.append)
    utils.init_dist('pytorch')
    assert selected == [1]
    assert joined[0]['backend'] == 'nccl'


def test_device_ids_stay_for_modules_elsewhere():
    def record(self, module, **kwargs):
        self.update(kwargs)

    wrapped = launching._without_device_ids(record)
    for device, kept in (('meta', [0]), ('cpu', None)):
        seen: dict = {}
        wrapped(seen, module=torch.nn.Linear(1, 1, device=device), device_ids=[0])
        assert seen == {'device_ids': kept}
