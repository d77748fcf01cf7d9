"""Which uni-modal models the encoders of another one are compared with."""

import logging
from pathlib import Path

from mmengine.config import Config
from mmengine.logging import print_log

from .encoder_weights import read_recognizer, stored_encoders


def named_references(cfg: Config) -> dict[str, str]:
    """Checkpoints of uni-modal models that a config names, those that exist.

    Teachers and encoders may come from models of several modalities as well; these are
    no reference and left out.
    """
    model = cfg.get('model') or {}
    named = model.get('teachers') or model.get('encoder_checkpoints') or {}
    found = {}
    for name, path in named.items():
        if not isinstance(path, str) or not Path(path).is_file():
            continue
        if len(stored_encoders(read_recognizer(path))) > 1:
            print_log(
                f'{path} holds several encoders: no reference of {name!r}',
                logger='current',
                level=logging.WARNING,
            )
            continue
        found[name] = path
    return found


def parse_references(words: list[str]) -> dict[str, str]:
    """Read ``modality=checkpoint`` arguments.

    Raises:
        ValueError: If one is not of this form, or a modality is given twice.
    """
    found: dict[str, str] = {}
    for word in words:
        name, equals, path = word.partition('=')
        if not (name and equals and path) or name in found:
            raise ValueError(
                'references are given as modality=checkpoint, one per modality, such '
                f'as rgb=work_dirs/rgb/best.pth, but got {" ".join(words)}'
            )
        found[name] = path
    return found
