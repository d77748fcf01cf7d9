"""Everything of the script but the installation itself, on a copy of its inputs."""

import os
import runpy
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def tree(tmp_path):
    """A repository of which only the script and what it reads exist."""
    for name in ('tools', 'requirements'):
        (tmp_path / name).mkdir()
    for name in (
        *('tools/setup_env.sh', 'tools/missing_requirements.py', 'pyproject.toml'),
        *(f'requirements/{part}.txt' for part in ('runtime', 'tests', 'demo')),
    ):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def program(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/bash\n{text}\n')
    path.chmod(0o755)
    return str(path)


def setup(tree, *arguments, **variables):
    env = {
        k: v for k, v in os.environ.items() if k not in ('PYTHON', 'MM_LAZINESS_ENV')
    }
    return subprocess.run(
        ['bash', str(tree / 'tools' / 'setup_env.sh'), *arguments],
        env={**env, **variables},
        capture_output=True,
        text=True,
        timeout=60,
    )


def recording_env(tree):
    """An environment whose pip and imports are only written down."""
    log = tree / 'log'
    text = (
        f'echo "$@" >>{log}\n'
        '[[ "$1" == *missing_requirements.py ]] && echo soxr==1.1.0\n'
        'exit 0'
    )
    program(tree / 'env' / 'bin' / 'python', text)
    return tree / 'env', log


def test_an_existing_environment_gets_only_what_it_lacks(tree):
    env, log = recording_env(tree)
    done = setup(tree, '--print-python', MM_LAZINESS_ENV=str(env))
    assert done.returncode == 0, done.stderr
    assert done.stdout == f'{env}/bin/python\n'
    installs = [line for line in log.read_text().splitlines() if ' install ' in line]
    assert [line.split('check ')[1] for line in installs] == [
        '--no-deps soxr==1.1.0',
        f'--no-deps --editable {tree}',
    ]


def test_a_second_call_does_nothing_until_a_pin_changes(tree):
    env, log = recording_env(tree)
    assert setup(tree, '--env', str(env)).returncode == 0
    log.unlink()
    start = time.perf_counter()
    again = setup(tree, '--env', str(env))
    assert time.perf_counter() - start < 1
    assert 'up to date' in again.stderr
    assert not log.exists()
    with open(tree / 'requirements' / 'demo.txt', 'a') as file:
        file.write('# changed\n')
    assert 'is ready after' in setup(tree, '--env', str(env)).stderr
    assert log.exists()


def test_missing_system_libraries_name_their_packages(tree):
    text = (
        '[[ "$2" == "import cv2" ]] || exit 0\n'
        'echo "ImportError: libGL.so.1: cannot open shared object file" >&2; exit 1'
    )
    program(tree / 'env' / 'bin' / 'python', text)
    done = setup(tree, '--env', str(tree / 'env'))
    assert done.returncode == 1
    assert 'apt-get install libgl1 libglib2.0-0' in done.stderr
    assert not (tree / 'env' / '.mm_laziness_stamp').exists()


@pytest.mark.parametrize(
    ('text', 'message'),
    [
        ('exit 1', 'no Python 3.10, 3.11 or 3.12 found'),
        ('[[ "$*" != *ensurepip* ]]', 'run: apt-get install python3-venv'),
    ],
)
def test_no_usable_python(tree, text, message):
    done = setup(tree, PYTHON=program(tree / 'python', text))
    assert done.returncode == 1
    assert message in done.stderr


def test_unknown_arguments_and_help(tree):
    done = setup(tree, '--bogus')
    assert done.returncode == 1
    assert 'Usage' in done.stderr
    assert setup(tree, '--help').stdout.startswith('Usage: bash tools/setup_env.sh')
    assert 'has no bin/python' in setup(tree, '--env', '/nowhere').stderr


def missing(tree, lines):
    path = tree / 'pins.txt'
    path.write_text(lines)
    return subprocess.run(
        [sys.executable, str(ROOT / 'tools' / 'missing_requirements.py'), str(path)],
        capture_output=True,
        text=True,
        check=True,
    )


def test_missing_requirements(tree):
    done = missing(
        tree,
        '# comment\n'
        'absent-package==1.0  # why\n'
        'absent-package-too==1.0; python_version < "3"\n'
        'torch==1.0\n'
        'mmengine==0.10.7\n',
    )
    assert done.stdout == 'absent-package==1.0\n'
    assert 'torch ' in done.stderr
    assert 'mmengine' not in done.stderr


@pytest.mark.parametrize(
    ('torch', 'name', 'expected'),
    [
        ('2.6.0+cu124', 'torchvision', 'torchvision==0.21.0'),
        ('2.7.1', 'torchvision', 'torchvision==0.22.1'),
        ('2.6.0+cu124', 'torchaudio', 'torchaudio==2.6.0'),
        (None, 'torchaudio', 'torchaudio==2.11.0'),
    ],
)
def test_companions_follow_the_torch_in_place(torch, name, expected):
    # The pin itself is what serves where there is no torch yet.
    script = runpy.run_path(str(ROOT / 'tools' / 'missing_requirements.py'))
    script['pin'].__globals__['installed'] = lambda name: torch
    requirement = script['Requirement'](f'{name}==2.11.0')
    assert script['pin'](requirement) == expected
