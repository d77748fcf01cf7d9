"""Cells of a study in processes of their own, several at once.

Each process is fresh (*spawned*), so that nothing has touched an accelerator before it
chooses its own. It runs one cell after another; after a failure the next cell gets a
new process.
"""

import copy
import os
import signal
from collections.abc import Callable
from contextlib import redirect_stderr, suppress
from dataclasses import dataclass
from multiprocessing import connection, get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any

import torch

from ..processes import end_with_parent
from .attempt import Attempt, attempt, log_of
from .schedule import Cell
from .study import Study

_EPOCH = 'epoch'


@dataclass
class _Worker:
    process: SpawnProcess
    link: Connection
    index: int
    cell: Cell | None = None


class WorkerPool:
    """Processes that run cells, one cell each at a time.

    Use as a context: leaving it ends them all at once. They also end when this process
    is killed.

    Args:
        study (Study): What to run.
        size (int): Number of processes; each has its own accelerator as far as there
            are enough, and its share of the threads on a CPU.
        on_epoch (Callable): Called after each epoch of any process.
    """

    def __init__(self, study: Study, size: int, on_epoch: Callable[[], None]) -> None:
        # The callback belongs to this process.
        self._study = copy.copy(study)
        self._study.on_epoch = None
        self._threads = max(1, torch.get_num_threads() // size)
        self._on_epoch = on_epoch
        self._free = list(range(size))
        self._workers: list[_Worker] = []

    def __enter__(self) -> 'WorkerPool':
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.process.terminate()
        for worker in self._workers:
            self._close(worker)

    def start(self, cell: Cell) -> None:
        """Let a process run a cell; call this only while :meth:`has_room`."""
        idle = [worker for worker in self._workers if worker.cell is None]
        worker = idle[0] if idle else self._launch()
        worker.cell = cell
        with suppress(OSError):  # It died idle: :meth:`wait` finds that.
            worker.link.send(cell)

    def has_room(self) -> bool:
        """Whether a cell could start."""
        return bool(self._free) or any(w.cell is None for w in self._workers)

    def wait(self) -> tuple[Cell, Attempt]:
        """Wait until a cell ends."""
        while True:
            heard: dict[Any, _Worker] = {}
            for worker in self._workers:
                if worker.cell is not None:
                    heard[worker.link] = heard[worker.process.sentinel] = worker
            for ready in connection.wait(list(heard)):
                worker = heard[ready]
                cell, end = worker.cell, self._hear(worker)
                if cell is not None and end is not None:
                    return cell, end

    def _hear(self, worker: _Worker) -> Attempt | None:
        """What a worker says, None while its cell goes on."""
        try:
            # A dead one may have said something before. Where nothing is to be heard,
            # processes that it started may still hold the link open.
            said = worker.link.recv() if worker.link.poll() else None
        except (EOFError, OSError):
            said = None
        if said is None:
            self._remove(worker)
            return Attempt(None, _death(worker.process.exitcode))
        if said == _EPOCH:
            self._on_epoch()
            return None
        worker.cell = None
        if said.error:
            worker.process.terminate()
            self._remove(worker)
        return said

    def _launch(self) -> _Worker:
        index = self._free.pop(0)
        context = get_context('spawn')
        ours, theirs = context.Pipe()
        arguments = theirs, self._study, index, self._threads, os.getcwd()
        # Not a daemon: its data loaders may have processes, too.
        process = context.Process(target=_work, args=arguments, daemon=False)
        process.start()
        theirs.close()
        self._workers.append(_Worker(process, ours, index))
        return self._workers[-1]

    def _remove(self, worker: _Worker) -> None:
        self._workers.remove(worker)
        self._free.append(worker.index)
        self._close(worker)

    def _close(self, worker: _Worker) -> None:
        worker.link.close()
        worker.process.join(timeout=10)
        if worker.process.is_alive():
            worker.process.kill()
            worker.process.join()


def _death(code: int | None) -> str:
    if code is not None and code < 0:
        name = signal.Signals(-code).name
        why = ', as the system does for want of memory' if name == 'SIGKILL' else ''
        return f'the process that ran it was killed by {name}{why}'
    return f'the process that ran it ended with exit code {code}'


def _work(link: Connection, study: Study, index: int, threads: int, cwd: str) -> None:
    """Run the cells that come through the link, until it is closed."""
    # The process that asks for them is interrupted by the same keys, and ends us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    os.chdir(cwd)
    torch.set_num_threads(threads)
    if torch.accelerator.is_available():
        count = torch.accelerator.device_count()
        torch.accelerator.set_device_index(index % count)
    study.on_epoch = lambda: link.send(_EPOCH)
    while True:
        try:
            method, seed = link.recv()
        except EOFError:
            return
        log = log_of(study, method, seed)
        log.parent.mkdir(parents=True, exist_ok=True)
        # Progress bars and warnings of several processes would mix.
        with open(log, 'a') as file, redirect_stderr(file):
            end = attempt(study, method, seed)
        link.send(end)
