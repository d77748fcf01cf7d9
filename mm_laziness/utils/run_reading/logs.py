"""What MMEngine has logged of a run, over all its interruptions."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..json_files import read_json_lines

Line = dict[str, Any]


@dataclass
class RunLog:
    """Scalars of a run in order of time.

    Args:
        steps (list[dict]): Of training steps: ``epoch`` (1-based; not in loops that
            count iterations only), ``iter``, losses and what hooks have logged.
        evaluations (list[dict]): Of validations, and of what hooks log beside them:
            ``step`` (epochs finished) and metrics; one for each step.
    """

    steps: list[Line] = field(default_factory=list)
    evaluations: list[Line] = field(default_factory=list)

    def by_epoch(self, prefix: str) -> dict[int, list[Line]]:
        """Training steps that log a scalar with this prefix, by epoch."""
        found: dict[int, list[Line]] = {}
        for line in self.steps:
            if 'epoch' in line and any(key.startswith(prefix) for key in line):
                found.setdefault(line['epoch'], []).append(line)
        return found


def log_files(folder: str | Path) -> list[Path]:
    """Logs of a work folder's runs, in order of time; a log is its own only one."""
    path = Path(folder)
    if path.is_file():
        return [path]
    # Folders of runs are named after their time.
    return sorted(
        [*path.glob('vis_data/scalars.json'), *path.glob('*/vis_data/scalars.json')]
    )


def read_run_log(folder: str | Path) -> RunLog:
    """Join the logs of a work folder: the newer one holds from where it begins.

    Args:
        folder (str or Path): A work folder, or a log; empty logs where it has none.

    Raises:
        ValueError: If a log is damaged.
    """
    steps: list[Line] = []
    evaluations: dict[int, Line] = {}
    for file in log_files(folder):
        lines = read_json_lines(file)
        new = [line for line in lines if 'iter' in line]
        if new:
            # What came after the checkpoint that it resumed never happened.
            unit = 'epoch' if 'epoch' in new[0] else 'iter'
            start = new[0][unit]
            steps = [line for line in steps if line.get(unit, start) < start]
            evaluations = {s: line for s, line in evaluations.items() if s < start}
        steps += new
        found: dict[int, Line] = {}
        for line in lines:
            if 'iter' not in line and 'step' in line:
                # A hook's scalars have a line of their own.
                found.setdefault(line['step'], {}).update(line)
        evaluations |= found
    return RunLog(steps, [evaluations[step] for step in sorted(evaluations)])
