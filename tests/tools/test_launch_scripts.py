"""The launchers are run with a Python (and srun) that only prints its arguments."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TRAIN, TEST = ROOT / 'tools' / 'train.py', ROOT / 'tools' / 'test.py'


@pytest.fixture
def launch(tmp_path):
    """Return a function that runs a launcher and gives what it would run."""
    folder = tmp_path / 'env' / 'bin'
    folder.mkdir(parents=True)
    for name in ('python', 'srun'):
        program = folder / name
        program.write_text(
            '#!/bin/bash\n'
            f'printf "%s\\n" {name} "$@" "threads=${{OMP_NUM_THREADS:-}}" '
            '"path=$PYTHONPATH" ${MASTER_PORT:+"port=$MASTER_PORT"}\n'
        )
        program.chmod(0o755)

    def run(script, *arguments, **variables):
        kept = ('PATH', 'HOME')
        env = {name: os.environ[name] for name in kept if name in os.environ}
        env['PATH'] = f'{folder}:{env["PATH"]}'
        env['MM_LAZINESS_ENV'] = str(folder.parent)
        done = subprocess.run(
            ['bash', str(ROOT / 'tools' / script), *arguments],
            env={**env, **variables},
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )
        return done.returncode, done.stdout.splitlines(), done.stderr

    return run


def test_train_on_one_machine(launch):
    code, words, error = launch('dist_train.sh', 'my config.py', '2', '--seed', '0')
    assert code == 0, error
    assert words == [
        *('python', '-m', 'torch.distributed.run', '--nnodes=1'),
        *('--nproc_per_node=2', '--standalone', str(TRAIN), 'my config.py'),
        *('--seed', '0', '--launcher', 'pytorch', 'threads=1', f'path={ROOT}'),
    ]


def test_train_on_several_machines(launch):
    place = dict(NNODES='2', NODE_RANK='1', MASTER_ADDR='10.0.0.1', PORT='1234')
    _, words, _ = launch('dist_train.sh', 'c.py', '8', **place)
    assert words[3:8] == [
        *('--nnodes=2', '--nproc_per_node=8', '--node_rank=1'),
        *('--master_addr=10.0.0.1', '--master_port=1234'),
    ]


def test_a_port_alone_is_respected(launch):
    _, words, _ = launch('dist_train.sh', 'c.py', '1', PORT='1234', OMP_NUM_THREADS='4')
    assert '--master_port=1234' in words
    assert '--standalone' not in words
    assert 'threads=4' in words


@pytest.mark.parametrize('checkpoint', [[], ['best.pth']])
def test_test_with_and_without_a_checkpoint(launch, checkpoint):
    arguments = ('c.py', *checkpoint, '2', '--dump', 'a.pkl')
    code, words, error = launch('dist_test.sh', *arguments)
    assert code == 0, error
    assert '--nproc_per_node=2' in words
    start = words.index(str(TEST))
    expected = [str(TEST), 'c.py', *checkpoint, '--dump', 'a.pkl', '--launcher']
    assert words[start : start + len(expected)] == expected


@pytest.mark.parametrize(
    ('script', 'arguments'),
    [
        ('dist_train.sh', []),
        ('dist_train.sh', ['c.py']),
        ('dist_train.sh', ['c.py', '--amp']),
        ('dist_test.sh', []),
        ('dist_test.sh', ['c.py', 'best.pth']),
        ('dist_test.sh', ['c.py', 'best.pth', '--dump', 'a.pkl']),
        ('slurm_train.sh', ['gpu', 'job']),
        ('slurm_test.sh', ['gpu', 'job']),
    ],
)
def test_incomplete_arguments_show_an_example(launch, script, arguments):
    code, words, error = launch(script, *arguments)
    assert code == 2
    assert not words
    assert f'bash tools/{script}' in error
    assert 'Example' in error


def test_slurm(launch):
    variables = dict(GPUS='4', SRUN_ARGS='--exclude a --time 1')
    arguments = ('gpu', 'my job', 'c.py', '--amp')
    code, words, error = launch('slurm_train.sh', *arguments, **variables)
    assert code == 0, error
    assert words[:-3] == [
        *('srun', '--partition=gpu', '--job-name=my job', '--gres=gpu:4'),
        *('--ntasks=4', '--ntasks-per-node=4', '--cpus-per-task=5'),
        *('--kill-on-bad-exit=1', '--exclude', 'a', '--time', '1'),
        *(words[12], '-u', str(TRAIN), 'c.py', '--amp', '--launcher', 'slurm'),
    ]
    assert words[12].endswith('/env/bin/python')


def test_slurm_without_gpus_or_checkpoint(launch):
    variables = dict(GPUS='2', GPUS_PER_NODE='0')
    _, words, _ = launch('slurm_test.sh', 'cpu', 'job', 'ume.py', **variables)
    assert not any('gres' in word for word in words)
    assert words[-7:-3] == [str(TEST), 'ume.py', '--launcher', 'slurm']


def test_slurm_jobs_have_ports_of_their_own(launch):
    ports = set()
    for _ in range(3):
        _, words, _ = launch('slurm_train.sh', 'gpu', 'job', 'c.py')
        ports.add(words[-1])
        assert 12000 <= int(words[-1].removeprefix('port=')) < 32000
    assert len(ports) > 1
    _, words, _ = launch('slurm_train.sh', 'gpu', 'job', 'c.py', PORT='1234')
    assert words[-1] == 'port=1234'
