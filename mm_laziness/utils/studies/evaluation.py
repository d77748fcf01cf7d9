"""What is measured of a study's finished runs, once."""

import copy
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mmengine.config import Config
from mmengine.device import get_device

from ..cli import build_runner
from ..config_parts import model_modalities
from ..json_files import read_json
from ..missing.records import COMPLETE, FILE, add_result, known_results
from ..missing.results import missing_results, result_key
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
        runner = build_runner(watched(cfg))
        if (path := _checkpoint(cfg)) is not None:
            runner.load_checkpoint(path)
    except FileNotFoundError:
        return
    runner.val()


def without_each(cfg: Config, strategies: Sequence[str]) -> dict:
    """Top-1 of a finished run without each of its modalities.

    Args:
        cfg (Config): Of a run with several modalities; ``missing.json`` in its folder
            keeps what was measured, and is used again if it is of these weights and
            data. Of a run whose checkpoint is gone it is trusted.
        strategies (Sequence[str]): What stands in for a missing modality; see
            :func:`missing_results`.

    Returns:
        dict[str, dict[str, float]]: By strategy and modality, in percent.

    Raises:
        FileNotFoundError: If the checkpoint is gone and not all is known.
    """
    names = model_modalities(cfg.model)

    def lacking(known: dict) -> list[str]:
        return [w for w in strategies if not set(names) <= set(known.get(w, ()))]

    folder = Path(cfg.work_dir)
    try:
        model = trained_model(cfg)
    except FileNotFoundError:
        known = _trusted(folder)
        if lacking(known):
            raise
    else:
        known = known_results(folder, result_key(model, cfg, 'val_dataloader'))
        ways = lacking(known)
        if ways or COMPLETE not in known:
            found = missing_results(model, cfg, strategies=ways)
            known = add_result(folder, (COMPLETE,), found.pop(COMPLETE))
            for way, entries in found.items():
                for name, entry in entries.items():
                    known = add_result(folder, (way, name), entry)
    return {
        way: {name: known[way][name]['top1'] for name in names} for way in strategies
    }


def trained_model(cfg: Config) -> Any:
    """The model of a finished run, in eval mode on its device.

    Raises:
        FileNotFoundError: If a checkpoint is gone.
    """
    from mmaction.apis import init_recognizer  # takes seconds to import

    return init_recognizer(copy.deepcopy(cfg), _checkpoint(cfg), device=get_device())


def _checkpoint(cfg: Config) -> str | None:
    """Of a finished run; None of an ensemble, whose members have theirs."""
    if 'members' in cfg.model:
        return None
    path = Path(cfg.work_dir) / 'best.pth'
    if not path.exists():
        raise FileNotFoundError(
            f'{path} does not exist; remove {path.parent} to train it again'
        )
    return str(path)


def _trusted(folder: Path) -> dict:
    """All in ``missing.json`` that is of the model which was tested complete."""
    path = folder / FILE
    kept = read_json(path) if path.is_file() else {}
    return known_results(folder, (kept.get(COMPLETE) or {}).get('key', ''))
