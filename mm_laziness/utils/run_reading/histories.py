"""What a method decided while it trained, read from the folder of its run."""

import zipfile
from pathlib import Path
from statistics import fmean
from typing import Any

from ...compat import load_checkpoint_file
from .logs import RunLog

_RATIO, _COEFFICIENT, _WEIGHT = 'ogm_ratio_', 'ogm_coefficient_', 'blend_weight_'
_DIMENSIONS = 'cls_head.dimensions.'


def modulation_history(log: RunLog) -> dict[str, Any]:
    """OGM's means per epoch, over the steps that were logged.

    Returns:
        dict: ``epoch`` (1-based), ``ratio`` and ``coefficient``, each a list by
        modality; empty for runs without OGM. Epochs that were not modulated are absent.
    """
    epochs = _modulated(log)
    if not epochs:
        return {}
    first = next(iter(epochs.values()))[0]
    history: dict[str, Any] = dict(epoch=list(epochs))
    for part, prefix in (('ratio', _RATIO), ('coefficient', _COEFFICIENT)):
        history[part] = {
            key.removeprefix(prefix): [
                fmean(s[key] for s in of) for of in epochs.values()
            ]
            for key in first
            if key.startswith(prefix)
        }
    return history


def _modulated(log: RunLog) -> dict[int, list[dict[str, Any]]]:
    """Steps with OGM's numbers by epoch, without those that repeat older ones.

    After OGM's last epoch MMEngine goes on to log the last numbers.
    """
    epochs: dict[int, list[dict[str, Any]]] = {}
    last: dict[str, float] = {}
    for epoch, steps in log.by_epoch(_COEFFICIENT).items():
        for step in steps:
            own = {
                k: v for k, v in step.items() if k.startswith((_RATIO, _COEFFICIENT))
            }
            if own != last:
                epochs.setdefault(epoch, []).append(own)
            last = own
    return epochs


def blending_history(log: RunLog) -> list[dict[str, Any]]:
    """G-Blending's estimates: ``epoch`` (0-based, its first) and ``weights``.

    Returns:
        list[dict]: ``weights`` by classifier, the modalities and ``'fused'``; empty for
        runs without G-Blending. An estimate equal to the one before has no entry.
    """
    history: list[dict[str, Any]] = []
    for epoch, lines in log.by_epoch(_WEIGHT).items():
        weights = {
            key.removeprefix(_WEIGHT): value
            for key, value in lines[0].items()
            if key.startswith(_WEIGHT)
        }
        if not history or history[-1]['weights'] != weights:
            history.append(dict(epoch=epoch - 1, weights=weights))
    return history


def dimension_counts(folder: str | Path) -> dict[str, dict[str, int]]:
    """Count DI-MML's dimensions in the last checkpoint of a run.

    Returns:
        dict: By modality ``width``, ``effective``, ``only`` (in no other modality) and
        ``all`` (in every one); empty where they have not been separated.

    Raises:
        ValueError: If the checkpoint is damaged.
    """
    path = last_checkpoint(Path(folder))
    if path is None or not _mentions(path, _DIMENSIONS):
        return {}
    state = load_checkpoint_file(path).get('state_dict') or {}
    masks = {
        key.removeprefix(_DIMENSIONS): value
        for key, value in state.items()
        if key.startswith(_DIMENSIONS)
    }
    if not masks.pop('separated', False):
        return {}
    times = sum(mask.int() for mask in masks.values())
    return {
        name: dict(
            width=mask.numel(),
            effective=int(mask.sum()),
            only=int((mask & (times == 1)).sum()),
            all=int((mask & (times == len(masks))).sum()),
        )
        for name, mask in masks.items()
    }


def last_checkpoint(folder: Path) -> Path | None:
    """The newest checkpoint of a run, None if it has none."""
    pointer = folder / 'last_checkpoint'
    if pointer.is_file():
        # The folder may have been moved since.
        path = folder / Path(pointer.read_text().strip()).name
        if path.is_file():
            return path
    found = [path for path in folder.glob('*.pth') if path.is_file()]
    return max(found, key=lambda path: path.stat().st_mtime_ns, default=None)


def _mentions(path: Path, text: str) -> bool:
    """Whether a checkpoint's index has a text; all else of it stays on the disk."""
    try:
        with zipfile.ZipFile(path) as archive:
            index = next(n for n in archive.namelist() if n.endswith('data.pkl'))
            return text.encode() in archive.read(index)
    except (zipfile.BadZipFile, StopIteration):
        # Of torch's old format, or damaged: the reader of checkpoints will say.
        return True
