"""The files of a class report."""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure
from tqdm import tqdm

from ..engine.runner.atomic_files import write_text
from .class_tables import classes_csv, classes_markdown
from .classes import plot_class_accuracies, plot_class_gains
from .confusion import plot_confusion
from .names import display_name


def write_class_report(
    report: Mapping[str, Any], folder: str | Path, notes: Sequence[str] = ()
) -> str:
    """Write ``classes.md``, ``classes.csv``, ``classes.json`` and all figures.

    Args:
        report (Mapping): What ``class_report`` returned.
        folder (str or Path): Where to; made if missing.
        notes (Sequence[str]): Paragraphs for the beginning of the Markdown.

    Returns:
        str: The Markdown.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    text = classes_markdown(report, notes)
    write_text(folder / 'classes.md', text)
    write_text(folder / 'classes.csv', classes_csv(report))
    # A line: indented, the confusion of 400 classes would fill a million.
    write_text(folder / 'classes.json', json.dumps(report) + '\n')
    write_class_figures(report, folder)
    return text


def write_class_figures(report: Mapping[str, Any], folder: str | Path) -> list[Path]:
    """Write all figures of a class report; shows a progress bar.

    Args:
        report (Mapping): What ``class_report`` returned.
        folder (str or Path): Where to.

    Returns:
        list[Path]: ``class_accuracies.png``; ``class_gains.png`` if there are gains;
        ``confusion_<name>.png`` of each model, ``:`` in a name written as ``_``.
    """
    plots: dict[str, Callable[[], Figure]] = {
        'class_accuracies': partial(plot_class_accuracies, report)
    }
    if any(row['gain'] is not None for row in report['table']):
        plots['class_gains'] = partial(plot_class_gains, report)
    for name in report['names']:
        stem = f'confusion_{name.replace(":", "_")}'
        plots[stem] = partial(_confusion, report, name)
    paths = []
    for stem, plot in tqdm(plots.items(), desc='figures', leave=False):
        path = Path(folder) / f'{stem}.png'
        # Without the version in its metadata the same numbers give the same file.
        plot().savefig(path, metadata={'Software': None})
        paths.append(path)
    return paths


def _confusion(report: Mapping[str, Any], name: str) -> Figure:
    matrix = report['confusion'][name]
    return plot_confusion(matrix, report['class_names'], display_name(name))
