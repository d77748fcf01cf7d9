"""Several processes, one task each at a time."""

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from mm_laziness.utils.processes import end_with_parent

Task = TypeVar('Task')
Result = TypeVar('Result')


def count_jobs() -> int:
    """Count the processes that pay: one per core, at most 4."""
    return min(_count_cores(), 4)


def run_tasks(
    function: Callable[[Task], Iterator[Result]], tasks: Sequence[Task], jobs: int
) -> Iterator[Result]:
    """Yield what the function yields for each task.

    Args:
        function (Callable): Of a module, so that another process finds it.
        tasks (Sequence): Its arguments.
        jobs (int): Number of processes; 1 works in this one and yields each result as
            it comes, more yield those of a task once the task is done.

    Raises:
        ValueError: If ``jobs`` is below 1, or a process dies.
    """
    if jobs < 1:
        raise ValueError(f'--jobs must be at least 1, but is {jobs}')
    if min(jobs, len(tasks)) < 2:
        for task in tasks:
            yield from function(task)
        return
    executor = ProcessPoolExecutor(
        min(jobs, len(tasks)),
        # A forked process may hang in the locks of its parent's threads.
        mp_context=multiprocessing.get_context('spawn'),
        initializer=_start,
        initargs=(jobs,),
    )
    try:
        futures = [executor.submit(_all, function, task) for task in tasks]
        for future in as_completed(futures):
            yield from future.result()
    except BrokenProcessPool as error:
        raise ValueError(
            'a process died, maybe for want of memory; the same command goes on from '
            'here, with --jobs 1 in a single process'
        ) from error
    except BaseException:
        # What else is running would be waited for.
        for process in list((executor._processes or {}).values()):
            process.terminate()
        raise
    finally:
        executor.shutdown(cancel_futures=True)


def _start(jobs: int) -> None:
    # The parent is interrupted as well, and ends its processes.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    threads = max(1, _count_cores() // jobs)
    # PyTorch reads the variable when it is imported, and only then.
    os.environ['OMP_NUM_THREADS'] = str(threads)
    if torch := sys.modules.get('torch'):
        torch.set_num_threads(threads)


def _count_cores() -> int:
    if hasattr(os, 'sched_getaffinity'):  # not on macOS
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _all(function: Callable[[Task], Iterator[Result]], task: Task) -> list[Result]:
    return list(function(task))
