"""Read what a report is made of: the folder of a study, or folders of single runs."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ...visualization.report.data import ReportData
from ...visualization.results import check_results
from ..environment import environment
from ..json_files import read_json, read_json_list
from ..studies.variants import folder_name
from .classes import classes_of_runs
from .folders import MISSING, config_file, run_metrics, trains_encoders
from .histories import blending_history, dimension_counts, modulation_history
from .logs import log_files, read_run_log

_ABOUT, _GUIDANCE, _CLASSES = 'study.json', 'guidance.json', 'classes.json'
_CURVES = 'laziness.json'
_SIGNS = (
    'config.py',
    'result.json',
    'probes.json',
    'predictions.pkl',
    _CURVES,
    MISSING,
)


def read_study(
    folder: str | Path, title: str | None = None, notes: Sequence[str] | None = None
) -> ReportData:
    """Read the folder of ``tools/study.py``.

    Args:
        folder (str or Path): With ``results.json``; what else a study writes is read
            where it is there. Histories are those of each method's first seed.
        title (str, optional): Defaults to the study's own, else the folder's name.
        notes (Sequence[str], optional): Paragraphs for the end of the report. Defaults
            to the study's.

    Raises:
        FileNotFoundError: If it holds no ``results.json``.
        ValueError: If a file is damaged, or has not the numbers of a study.
    """
    folder = Path(folder)
    if not (folder / 'results.json').is_file():
        raise FileNotFoundError(
            f'{folder} is not the folder of a study: it must hold results.json, which '
            'tools/study.py writes at its end; run the same study again to complete '
            'it, or give the folders of single runs by name'
        )
    results = read_json(folder / 'results.json')
    _check(results, folder / 'results.json')
    failures = folder / 'failures.json'
    about = _optional(folder / _ABOUT) or {}
    seeds = about.get('seeds')
    cells = {method: folder / folder_name(method) for method in results}
    runs = {m: run for m, cell in cells.items() if (run := _first_seed(cell, seeds))}
    parts = _histories(runs)
    if (own := about.get('laziness_methods')) is not None:
        parts['laziness_methods'] = [method for method in own if method in results]
    return ReportData(
        title or about.get('title') or folder.resolve().name,
        results,
        guidance=_optional(folder / _GUIDANCE),
        classes=_optional(folder / _CLASSES),
        failures=read_json_list(failures) if failures.is_file() else (),
        notes=about.get('notes') or () if notes is None else notes,
        **parts,
    )


def read_runs(
    runs: Mapping[str, str | Path], title: str, notes: Sequence[str] = ()
) -> ReportData:
    """Read work folders of ``tools/train.py`` and of what was run on them since.

    Accuracies are those of the last validation, or of a test where there was none.

    Args:
        runs (Mapping[str, str or Path]): A folder by the name that its method shall
            have.
        title (str): The heading.
        notes (Sequence[str]): Paragraphs for the end of the report.

    Raises:
        FileNotFoundError: If a folder is not there or holds no run.
        ValueError: If there is none, one has no accuracy, or a file is damaged.
    """
    if not runs:
        raise ValueError('there are no runs to report; give a folder by name for each')
    folders = {name: Path(folder) for name, folder in runs.items()}
    results = {name: _entry(name, folder) for name, folder in folders.items()}
    return ReportData(
        title,
        results,
        guidance=_first_of(folders, _GUIDANCE),
        classes=_first_of(folders, _CLASSES) or classes_of_runs(folders),
        notes=notes,
        **_histories(folders),
    )


def _histories(runs: Mapping[str, Path]) -> dict[str, Any]:
    """Parts of a report that are read run by run; a method without one has none."""
    logs = {method: read_run_log(folder) for method, folder in runs.items()}
    configs = {method: config_file(folder) for method, folder in runs.items()}
    parts: dict[str, dict[str, Any]] = dict(
        curves={m: _optional(folder / _CURVES) for m, folder in runs.items()},
        missing={m: _optional(folder / MISSING) for m, folder in runs.items()},
        blending={m: blending_history(log) for m, log in logs.items()},
        modulation={m: modulation_history(log) for m, log in logs.items()},
        dimensions={m: dimension_counts(folder) for m, folder in runs.items()},
        configs={m: p.read_text(errors='replace') for m, p in configs.items() if p},
    )
    own = [method for method, folder in runs.items() if trains_encoders(folder)]
    return dict(
        {part: {m: v for m, v in of.items() if v} for part, of in parts.items()},
        environment=environment(),
        laziness_methods=own if runs else None,
    )


def _entry(name: str, folder: Path) -> dict[str, Any]:
    """Numbers of one run."""
    if not folder.is_dir():
        raise FileNotFoundError(f'{folder}, the run of {name!r}, is no folder')
    if not log_files(folder) and not any((folder / sign).exists() for sign in _SIGNS):
        raise FileNotFoundError(
            f'{folder}, given as the run of {name!r}, holds no run: expected is a work '
            'folder of tools/train.py (<time>/vis_data/scalars.json) or of a study '
            f'(result.json), or one of {", ".join(_SIGNS)}'
        )
    entry = run_metrics(folder)
    if entry.get('top1') is None:
        raise ValueError(
            f'{folder}, the run of {name!r}, holds no accuracy: neither result.json, '
            'nor a validation with acc/top1 in its logs, nor a test; run '
            f'tools/test.py CONFIG CHECKPOINT --work-dir {folder}'
        )
    probes = _optional(folder / 'probes.json')
    if probes:
        entry.update(_probed(probes.get('encoders') or {}))
    return entry


def _probed(encoders: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Numbers of ``tools/probe_encoders.py``, as in an entry of ``results.json``."""
    alone = {m: of['reference'] for m, of in encoders.items() if of.get('reference')}
    tables = dict(
        probe_interval=(encoders, 'top1_interval'),
        probe_difference=(alone, 'difference'),
        probe_difference_interval=(alone, 'difference_interval'),
        probe_p_value=(alone, 'p_value'),
    )
    found: dict[str, dict] = dict(
        probe_top1={m: of['top1'] for m, of in encoders.items()}
    )
    for name, (source, key) in tables.items():
        if values := {m: of[key] for m, of in source.items() if key in of}:
            found[name] = values
    return found


def _first_seed(folder: Path, seeds: Sequence[int] | None) -> Path | None:
    """A method's run with the first seed, of those that are finished if any is.

    A study that knows its seeds may share its folder with runs of others.
    """
    runs = [
        path
        for path in folder.glob('seed*')
        if re.fullmatch(r'seed-?\d+', path.name)
        and (seeds is None or int(path.name[4:]) in seeds)
    ]
    finished = [path for path in runs if (path / 'result.json').is_file()]
    return min(finished or runs, key=lambda path: int(path.name[4:]), default=None)


def _check(results: Mapping[str, Any], path: Path) -> None:
    wrong = [name for name, entry in results.items() if not isinstance(entry, dict)]
    if wrong:
        raise ValueError(
            f'{path} must hold the numbers of each method, but {wrong} have none; is '
            'it the results.json of tools/study.py?'
        )
    try:
        check_results(results)
    except ValueError as error:
        raise ValueError(f'{path}: {error}') from error


def _first_of(folders: Mapping[str, Path], file: str) -> dict[str, Any] | None:
    """What the tools say of all runs, from the folder in which one has written it."""
    return next(filter(None, (_optional(f / file) for f in folders.values())), None)


def _optional(path: Path) -> dict[str, Any] | None:
    return read_json(path) if path.is_file() else None
