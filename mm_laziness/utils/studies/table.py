"""The plan of a study for readers, before it is run."""

from .run import schedule_of
from .study import Study


def plan_table(study: Study) -> str:
    """A line per cell in the order in which one worker takes them, and what is left."""
    schedule, _ = schedule_of(study)
    rows = [('cell', 'epochs left', 'starts from')]
    total = 0
    while (cell := schedule.start()) is not None:
        method, seed = cell
        epochs = study.epochs(method, seed)
        total += epochs
        left = 'done' if study.finished(method, seed) else str(epochs)
        rows.append(
            (f'{method}, seed {seed}', left, ', '.join(study.teachers(method)) or '-')
        )
        schedule.end(cell)
    widths = [max(len(row[i]) for row in rows) for i in range(3)]
    lines = ['  '.join(map(str.ljust, row, widths)).rstrip() for row in rows]
    return '\n'.join([*lines, f'{total} epochs of training in all; in {study.folder}'])
