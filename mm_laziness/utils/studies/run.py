"""All cells of a study: what others need comes first, and a failure stops no others."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

import torch
from tqdm import tqdm

from .attempt import Attempt, attempt, log_of
from .schedule import Cell, Schedule
from .study import Study
from .workers import WorkerPool


@dataclass
class Outcome:
    """What became of the cells of a study.

    Args:
        cells (dict[Cell, dict]): Results by method and seed.
        failures (list[dict]): ``method``, ``seed``, ``error`` and ``log`` (a path) of
            the others.
    """

    cells: dict[Cell, dict] = field(default_factory=dict)
    failures: list[dict[str, Any]] = field(default_factory=list)

    def of(self, study: Study) -> dict[str, list[dict]]:
        """Results by method, in the order of the study's methods and seeds."""
        return {
            method: [
                self.cells[method, seed]
                for seed in study.seeds
                if (method, seed) in self.cells
            ]
            for method in study.methods
        }


def default_workers() -> int:
    """One per accelerator, at least one."""
    available = torch.accelerator.is_available()
    return max(1, torch.accelerator.device_count() if available else 0)


def schedule_of(study: Study) -> tuple[Schedule, list[Cell]]:
    """The schedule of a study, and its cells."""
    cells = [(method, seed) for seed in study.seeds for method in study.methods]
    needs = {method: study.teachers(method) for method in study.methods}
    after = {m: list(study.references(m).values()) for m in study.methods}
    return Schedule(cells, needs, after), cells


def run_study(study: Study, workers: int = 1) -> Outcome:
    """Run all cells, with a progress bar over epochs and a line for each cell.

    Args:
        study (Study): Checked; its ``on_epoch`` is set here.
        workers (int): Cells that run at once. One runs in this process; several have a
            process each, see :class:`WorkerPool`.
    """
    schedule, cells = schedule_of(study)
    left = [cell for cell in cells if study.missing or not study.finished(*cell)]
    workers = max(1, min(workers, len(left)))
    outcome = Outcome()
    total = sum(study.epochs(*cell) for cell in cells)
    running: list[Cell] = []
    with tqdm(total=total, unit='epoch', smoothing=0.1) as bar:

        def on_epoch() -> None:
            bar.update()

        study.on_epoch = on_epoch
        pool: AbstractContextManager[Any]
        pool = _Here(study) if workers == 1 else WorkerPool(study, workers, on_epoch)
        with pool as place:
            while schedule:
                while place.has_room() and (cell := schedule.start()) is not None:
                    running.append(cell)
                    bar.set_description('; '.join(map(_name, running)))
                    place.start(cell)
                assert running, 'every cell waits for another'
                cell, end = place.wait()
                running.remove(cell)
                _take(study, schedule, outcome, cell, end, bar.write)
    return outcome


def _take(
    study: Study,
    schedule: Schedule,
    outcome: Outcome,
    cell: Cell,
    end: Attempt,
    write: Callable[[str], None],
) -> None:
    """Note how a cell ended, and what cannot be run without it."""
    lost = schedule.end(cell, failed=end.result is None)
    if end.result is not None:
        outcome.cells[cell] = end.result
        write(f'{_name(cell)}: top-1 {end.result["top1"]:.1f} %')
    if end.error:
        lost = [(cell, ''), *lost]
    for other, need in lost:
        error = f'needs {need}, which failed' if need else end.error
        log = str(log_of(study, *cell))
        outcome.failures.append(
            dict(method=other[0], seed=other[1], error=error, log=log)
        )
        where = '' if need else f'; see {log}'
        write(f'{_name(other)}: FAILED, {error.splitlines()[0]}{where}')


def _name(cell: Cell) -> str:
    return f'{cell[0]}, seed {cell[1]}'


class _Here:
    """This process, in the place of a :class:`WorkerPool`."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self._ended: list[tuple[Cell, Attempt]] = []

    def __enter__(self) -> '_Here':
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to end."""

    def has_room(self) -> bool:
        return not self._ended

    def start(self, cell: Cell) -> None:
        self._ended.append((cell, attempt(self._study, *cell)))

    def wait(self) -> tuple[Cell, Attempt]:
        return self._ended.pop()
