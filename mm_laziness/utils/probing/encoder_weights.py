"""The encoders' part of a checkpoint file."""

from pathlib import Path
from typing import Any

from torch import Tensor

from ...models.utils import (
    check_checkpoint,
    encoder_state,
    load_exactly,
    load_state,
)

# What a recognizer's state holds. A detector has a backbone, too, but other parts.
_PARTS = {'encoders', 'backbone', 'neck', 'cls_head', 'data_preprocessor'}


def load_encoders(model: Any, paths: str | dict[str, str]) -> None:
    """Load encoders from checkpoints of ours or of MMAction2's, and nothing else.

    Args:
        model (nn.Module): With its ``encoders`` by name.
        paths (str | dict[str, str]): A checkpoint of all encoders, or one per encoder.

    Raises:
        FileNotFoundError: If a checkpoint does not exist.
        ConnectionError: If it cannot be downloaded.
        ValueError: If it is none of a recognizer, or does not fit.
    """
    encoders = dict(model.encoders.items())
    each = dict.fromkeys(encoders, paths) if isinstance(paths, str) else paths
    states = {path: read_recognizer(path) for path in dict.fromkeys(each.values())}
    if (
        isinstance(paths, str)
        and len(encoders) > 1
        and not stored_encoders(states[paths])
    ):
        raise ValueError(
            f'checkpoint {paths} holds one backbone, but the config has the encoders '
            f'{list(encoders)}; give the config that it was trained with'
        )
    for name, path in each.items():
        part = encoder_state(states[path], name, path)
        load_exactly(encoders[name], part, path, f'the encoder of {name!r}')


def read_recognizer(path: str) -> dict[str, Tensor]:
    """Model state of the checkpoint of a recognizer, of ours or of MMAction2's.

    Raises:
        FileNotFoundError: If it does not exist.
        ConnectionError: If it cannot be downloaded.
        ValueError: If it is no checkpoint, or one of something else.
    """
    check_checkpoint(path, 'the model')
    tensors = {
        key: value
        for key, value in load_state(path).items()
        if isinstance(value, Tensor)
    }
    parts = sorted({key.split('.')[0] for key in tensors})
    wanted = (
        'give a checkpoint that tools/train.py or MMAction2 has saved of a recognizer'
    )
    if not tensors:
        raise ValueError(f'{path} holds no weights of a model; {wanted}')
    if not {'encoders', 'backbone'} & set(parts):
        raise ValueError(
            f'{path} holds no encoders, neither under encoders. nor under backbone.; '
            f'its names begin with {parts[:5]}; {wanted}'
        )
    if 'encoders' not in parts and (foreign := sorted(set(parts) - _PARTS)):
        raise ValueError(
            f'{path} is no recognizer: beside a backbone it holds {foreign[:5]}; '
            f'{wanted}'
        )
    return tensors


def stored_encoders(state: dict[str, Tensor]) -> list[str]:
    """Names of the encoders in a checkpoint of ours; none in one of MMAction2's."""
    names = (key.split('.') for key in state if key.startswith('encoders.'))
    return list(dict.fromkeys(name[1] for name in names))


def checkpoint_of(path: str) -> str:
    """A checkpoint file as it is, and of a run's folder its best or last one.

    Raises:
        FileNotFoundError: If the folder holds none.
    """
    folder = Path(path)
    if not folder.is_dir():
        return path
    last = folder / 'last_checkpoint'
    named = [Path(last.read_text().strip())] if last.exists() else []
    # A run may have been moved together with its checkpoints.
    for file in (folder / 'best.pth', *named, *(folder / p.name for p in named)):
        if file.is_file():
            return str(file)
    raise FileNotFoundError(
        f'{folder} holds neither best.pth nor the checkpoint of last_checkpoint; name '
        'a checkpoint file, or train it first'
    )
