"""Where predictions come from: a dump, a run's folder, or a model to be evaluated."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...evaluation.predictions import Predictions, load_predictions
from .evaluation import evaluate_predictions

DUMP = 'predictions.pkl'
_KINDS = (
    'FILE.pkl (of tools/test.py --dump), CONFIG,CHECKPOINT, the CONFIG of an ensemble, '
    f'or the folder of a run with {DUMP} or with config.py and best.pth'
)


@dataclass(frozen=True)
class Source:
    """A model's name, and its dump or else its config and checkpoint.

    Args:
        name (str): What the model is called.
        dump (Path, optional): A file of predictions.
        config (str, optional): To be evaluated where there is no dump.
        checkpoint (str, optional): None for an ensemble.
    """

    name: str
    dump: Path | None = None
    config: str | None = None
    checkpoint: str | None = None

    def load(
        self, keep: str | Path, cfg_options: Mapping[str, Any] | None = None
    ) -> tuple[Predictions, Path]:
        """Load the predictions, evaluating the model first if need be.

        Args:
            keep (str or Path): Folder for evaluations, used again while checkpoint,
                config and annotations are the same; each model has its own in it.
            cfg_options (Mapping, optional): Settings that replace those of the config.

        Returns:
            tuple[Predictions, Path]: The predictions and their file.
        """
        path = self.dump
        if path is None:
            assert self.config is not None
            path = evaluate_predictions(
                self.config, self.checkpoint, Path(keep) / self.name, cfg_options
            )
        return load_predictions(path), path


def parse_source(text: str) -> Source:
    """Read ``NAME=WHERE``.

    Args:
        text (str): WHERE is a dump, ``CONFIG,CHECKPOINT``, an ensemble's ``CONFIG``, or
            the folder of a run or of a study's cell.

    Raises:
        ValueError: If it is written otherwise.
        FileNotFoundError: If what it names does not exist.
    """
    name, equals, where = text.partition('=')
    if not (equals and where and re.fullmatch(r'[\w+-][\w.+-]*', name)):
        raise ValueError(
            f'predictions are given as NAME=WHERE, such as joint=joint.pkl, but got '
            f'{text!r}; NAME consists of letters, digits and _ + - and dots, not at '
            f'its beginning; WHERE is {_KINDS}'
        )
    path = Path(where)
    if path.is_dir():
        return _from_folder(name, path)
    if path.suffix in ('.pkl', '.pickle'):
        return Source(name, dump=path)
    config, comma, checkpoint = where.partition(',')
    if comma and config and checkpoint:
        return Source(name, config=config, checkpoint=checkpoint)
    if path.suffix == '.py' or where.startswith('mmaction::'):
        return Source(name, config=where)
    problem = 'is none of these' if path.exists() else 'does not exist'
    kind = ValueError if path.exists() else FileNotFoundError
    raise kind(f'{name}={where} {problem}: {_KINDS}')


def _from_folder(name: str, folder: Path) -> Source:
    if (folder / DUMP).is_file():
        return Source(name, dump=folder / DUMP)
    configs = [folder / 'config.py']
    if not configs[0].is_file():
        # A run by tools/train.py keeps its config under the config's own name.
        configs = sorted(folder.glob('*.py'))
    if len(configs) == 1:
        best = folder / 'best.pth'
        checkpoint = str(best) if best.is_file() else None
        return Source(name, config=str(configs[0]), checkpoint=checkpoint)
    inner = sorted({path.parent for path in folder.glob('*/config.py')})
    hint = f'; did you mean {inner[0]}?' if inner else ''
    raise FileNotFoundError(
        f'folder {folder} of {name} holds neither {DUMP} nor one config with best.pth'
        f'{hint}'
    )
