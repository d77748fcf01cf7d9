"""One cell of a study, whose failure is a result like another."""

import gc
import json
import traceback
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from mmengine.device import get_device

from .study import Study


@dataclass(frozen=True)
class Attempt:
    """How a cell ended.

    Args:
        result (dict, optional): As of :meth:`Study.run_cell`, or what is known though
            something failed after the training.
        error (str): What failed, if anything did.
    """

    result: dict[str, Any] | None
    error: str = ''


def log_of(study: Study, method: str, seed: int) -> Path:
    """The file with all that a cell says."""
    return study.cell_folder(method, seed) / 'log.txt'


def attempt(study: Study, method: str, seed: int) -> Attempt:
    """Run a cell; an error is returned, and written to the cell's log with its trace.

    An interruption is none: it ends the study.
    """
    try:
        return Attempt(study.run_cell(method, seed))
    except (Exception, SystemExit) as error:
        log = log_of(study, method, seed)
        # A full disk, say, which may be what failed.
        with suppress(OSError):
            log.parent.mkdir(parents=True, exist_ok=True)
            with open(log, 'a') as file:
                traceback.print_exc(file=file)
        done = study.cell_folder(method, seed) / 'result.json'
        failure = Attempt(_read(done), f'{type(error).__name__}: {error}')
    # Only now is the trace gone, which holds the model.
    gc.collect()
    device = get_device()
    if device != 'cpu' and hasattr(torch.get_device_module(device), 'empty_cache'):
        torch.get_device_module(device).empty_cache()
    return failure


def _read(path: Path) -> dict[str, Any] | None:
    """The result in a file, None if it is not there or damaged."""
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return None
