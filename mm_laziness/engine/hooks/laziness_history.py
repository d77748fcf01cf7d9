"""The numbers of all epochs, in a file that survives being killed and resumed."""

import copy
import json
from pathlib import Path
from typing import Any

from ..runner.atomic_files import write_text

LAZINESS_FILE = 'laziness.json'


def add_numbers(epochs: list[dict], epoch: int, numbers: dict[str, Any]) -> None:
    """Add numbers to the entry of an epoch, which is the last or a new one.

    Args:
        epochs (list[dict]): Entries with ``epoch`` (epochs finished, 1 is the first)
            and ``modalities``; changed in place.
        epoch (int): To which the numbers belong.
        numbers (dict): Numbers by name, and by modality under ``modalities``.
    """
    if not epochs or epochs[-1]['epoch'] != epoch:
        epochs.append(dict(epoch=epoch, modalities={}))
    entry = epochs[-1]
    modalities = entry.pop('modalities')
    for name, own in numbers['modalities'].items():
        modalities.setdefault(name, {}).update(own)
    entry.update({k: v for k, v in numbers.items() if k != 'modalities'})
    # Last, as a reader of the file expects it.
    entry['modalities'] = modalities


def resumed_epochs(kept: list[dict] | None, path: Path, epoch: int) -> list[dict]:
    """Entries up to the epoch that a run is resumed from.

    Checkpoints are written before validation, and so know less of their own epoch than
    the file does. What the file says of an epoch counts if it agrees with the
    checkpoint, that is, if it is of the same run.

    Args:
        kept (list[dict], optional): Entries in the checkpoint.
        path (Path): The file, which may be missing.
        epoch (int): How many epochs the checkpoint has finished.
    """
    try:
        written = json.loads(path.read_text())['epochs']
        by_epoch = {entry['epoch']: entry for entry in written}
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        by_epoch = {}
    found = []
    for entry in kept or []:
        later = by_epoch.get(entry['epoch'], {})
        if entry['epoch'] <= epoch:
            found.append(copy.deepcopy(later if _contains(later, entry) else entry))
    return found


def _contains(whole: dict, part: dict) -> bool:
    for key, value in part.items():
        if isinstance(value, dict):
            if not _contains(whole.get(key, {}), value):
                return False
        elif whole.get(key) != value:
            return False
    return True


def write_history(
    path: Path,
    modalities: list[str],
    references: dict[str, str | None],
    epochs: list[dict],
) -> None:
    """Write the file; the old one stays until the new one is complete."""
    whole = dict(modalities=modalities, references=references, epochs=epochs)
    write_text(path, json.dumps(whole, indent=2) + '\n')
