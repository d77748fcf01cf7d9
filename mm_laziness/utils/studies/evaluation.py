"""What is measured of a study's finished runs, once."""

import json
from collections.abc import Sequence
from pathlib import Path

from mmengine.config import Config
from mmengine.runner import Runner

from ...engine.runner.atomic_files import write_text
from ..cli import build_runner
from ..config_parts import model_modalities
from ..missing.records import FILE
from ..missing.results import missing_results
from .watch import PREDICTIONS, watched


def keep_predictions(cfg: Config) -> None:
    """Evaluate a run that kept no predictions, as those of older studies.

    Args:
        cfg (Config): Of the finished run; one whose checkpoints are gone is left as it
            is.
    """
    if (Path(cfg.work_dir) / PREDICTIONS).exists():
        return
    try:
        runner = trained_runner(watched(cfg))
    except FileNotFoundError:
        return
    runner.val()


def without_each(cfg: Config, strategies: Sequence[str]) -> dict:
    """Top-1 of a finished run without each of its modalities.

    Args:
        cfg (Config): Of a run with several modalities; ``missing.json`` in its folder
            keeps what was measured.
        strategies (Sequence[str]): What stands in for a missing modality; see
            :func:`missing_results`.

    Returns:
        dict[str, dict[str, float]]: By strategy and modality, in percent.
    """
    path = Path(cfg.work_dir) / FILE
    known = json.loads(path.read_text()) if path.exists() else {}
    names = model_modalities(cfg.model)
    lacking = [way for way in strategies if not set(names) <= set(known.get(way, ()))]
    if lacking:
        model = trained_runner(cfg).model
        for way, found in missing_results(model, cfg, strategies=lacking).items():
            known.setdefault(way, {}).update(found)
        write_text(path, json.dumps(known, indent=2) + '\n')
    return {
        way: {name: known[way][name]['top1'] for name in names} for way in strategies
    }


def trained_runner(cfg: Config) -> Runner:
    """A runner that holds the model of a finished run.

    Raises:
        FileNotFoundError: If a checkpoint is gone.
    """
    runner = build_runner(cfg)
    if 'members' not in cfg.model:  # else the members are loaded already
        path = Path(cfg.work_dir) / 'best.pth'
        if not path.exists():
            raise FileNotFoundError(
                f'{path} does not exist; remove {path.parent} to train it again'
            )
        runner.load_checkpoint(str(path))
    return runner
