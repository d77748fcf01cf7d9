"""A folder of one training: its config, and how accurate it came out."""

from pathlib import Path
from typing import Any

from mmengine.config import Config

from ...evaluation.predictions import load_predictions
from ..config_parts import model_modalities
from ..json_files import read_json
from ..studies.results import in_percent
from .logs import read_run_log

PREDICTIONS, MISSING = 'predictions.pkl', 'missing.json'
_FUSED = 'acc/top1'


def config_file(folder: Path) -> Path | None:
    """The resolved config of a run: a study's copy, else MMEngine's newest one."""
    named = folder / 'config.py'
    kept = sorted(folder.glob('*/vis_data/config.py'))
    dumped = sorted(folder.glob('*.py'))
    return named if named.is_file() else next(iter([*kept[::-1], *dumped]), None)


def run_modalities(folder: Path) -> list[str]:
    """Modalities that a run's model takes in, as far as its config says so."""
    path = config_file(folder)
    return model_modalities(_model(path)) if path else []


def trains_encoders(folder: Path) -> bool:
    """Whether a run has encoders of its own, so that their probes tell of it."""
    path = config_file(folder)
    model = _model(path) if path else {}
    return 'members' not in model and not model.get('frozen_encoders')


def _model(path: Path) -> dict[str, Any]:
    return Config.fromfile(path, import_custom_modules=False).get('model') or {}


def run_metrics(folder: Path) -> dict[str, Any]:
    """Numbers of a run in percent, as an entry of ``results.json``.

    They are the study's, else of the last validation, else of a test: that of
    ``test.py --missing`` with nothing missing, the newest one, or that of the dumped
    predictions.

    Returns:
        dict: ``top1``, ``unimodal_top1`` and what else is known; empty if nothing is.

    Raises:
        ValueError: If a file is damaged.
    """
    if (folder / 'result.json').is_file():
        return read_json(folder / 'result.json')
    for line in reversed(read_run_log(folder).evaluations):
        if _FUSED in line:
            return in_percent(line, run_modalities(folder))
    if (folder / MISSING).is_file():
        complete = read_json(folder / MISSING).get('complete') or {}
        if 'top1' in complete:
            return dict(top1=complete['top1'], unimodal_top1={})
    for path in sorted(folder.glob('*/*.json'), reverse=True):
        # MMEngine names a test's file like its folder.
        if path.stem == path.parent.name and _FUSED in (line := read_json(path)):
            return in_percent(line, run_modalities(folder))
    if (folder / PREDICTIONS).is_file():
        return _of_predictions(folder / PREDICTIONS)
    return {}


def _of_predictions(path: Path) -> dict[str, Any]:
    predictions = load_predictions(path)
    named = {'': predictions.scores, **predictions.unimodal}
    top1 = {
        name: 100 * (scores.argmax(1) == predictions.labels).float().mean().item()
        for name, scores in named.items()
    }
    return dict(top1=top1.pop(''), unimodal_top1=top1)
