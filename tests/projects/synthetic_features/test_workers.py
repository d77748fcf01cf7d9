import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from projects.synthetic_features.workers import count_jobs, run_tasks

ROOT = Path(__file__).parents[3]
WAITING = """
import os, time
from projects.synthetic_features.workers import run_tasks

def wait(task):
    print(task, flush=True)
    time.sleep(30)
    os._exit(1)

if __name__ == '__main__':
    list(run_tasks(wait, ['one', 'two'], 2))
"""


def test_one_process_yields_each_result_as_it_comes():
    order = []

    def function(task):
        for i in range(2):
            order.append(('made', task, i))
            yield task, i

    for result in run_tasks(function, ['a', 'b'], 1):
        order.append(('got', *result))
    assert order[:4] == [
        ('made', 'a', 0),
        ('got', 'a', 0),
        ('made', 'a', 1),
        ('got', 'a', 1),
    ]
    assert len(order) == 8


def test_a_single_task_needs_no_other_process():
    assert list(run_tasks(lambda task: iter([os.getpid()]), [0], 8)) == [os.getpid()]


def test_nothing_to_do():
    assert list(run_tasks(iter, [], 2)) == []


def test_other_processes_yield_the_same():
    # Of the standard library, so that the processes import nothing else.
    rows = list(run_tasks(enumerate, [['x', 'y'], ['z']], 2))
    assert sorted(rows) == [(0, 'x'), (0, 'z'), (1, 'y')]


def test_errors_come_through():
    with pytest.raises(TypeError):
        list(run_tasks(enumerate, [['x'], 3], 2))


def test_process_that_dies(monkeypatch):
    def dead(*args):
        raise BrokenProcessPool

    monkeypatch.setattr(ProcessPoolExecutor, 'submit', dead)
    with pytest.raises(ValueError, match=r'a process died.*--jobs 1'):
        list(run_tasks(iter, [[1], [2]], 2))


def test_nothing_is_left_of_a_killed_command(tmp_path):
    script = tmp_path / 'script.py'
    script.write_text(WAITING)
    process = subprocess.Popen(
        [sys.executable, str(script)],
        env={**os.environ, 'PYTHONPATH': str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert {process.stdout.readline() for _ in range(2)} == {'one\n', 'two\n'}
    process.kill()
    # Ends once no process has the output any more.
    process.communicate(timeout=10)


def test_jobs():
    assert 1 <= count_jobs() <= 4
    with pytest.raises(ValueError, match='--jobs must be at least 1, but is 0'):
        list(run_tasks(iter, [[1]], 0))
