"""One weights-only gate for every checkpoint, whatever scheme it comes by."""

import os
import re
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pickle import UnpicklingError
from typing import Any

from mmengine.runner import CheckpointLoader

from .safe_globals import allow_mmengine_globals

# What torch's reader raises, derailed by bytes that are no checkpoint.
DERAILED = (
    *(EOFError, LookupError, TypeError, AttributeError, UnicodeError),
    *(AssertionError, ArithmeticError, struct.error, OSError),
)
FORCE_SAFE = 'TORCH_FORCE_WEIGHTS_ONLY_LOAD'
FORCE_UNSAFE = 'TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD'


def gate_checkpoints() -> None:
    """Load MMEngine's own checkpoints with ``weights_only=True``, and nothing else.

    MMEngine 0.10.7 leaves ``weights_only`` at torch's default. Since torch 2.6
    that refuses the ``HistoryBuffer`` of its own checkpoints, in ``--resume``,
    ``load_from`` and tests alike, while URLs go through ``torch.hub``, which
    still unpickles anything. Both end here: what MMEngine saves is allowed by
    name, all else is a ``ValueError`` that names the file and the object.
    """
    allow_mmengine_globals()
    load = CheckpointLoader.load_checkpoint
    if not hasattr(load, '__wrapped__'):
        CheckpointLoader.load_checkpoint = classmethod(_gated(load.__func__))


def load_checkpoint_file(path: str | os.PathLike, map_location: Any = 'cpu') -> dict:
    """Load a checkpoint through the gate, without a line in the log.

    Args:
        path (str | PathLike): A file, or any address that MMEngine loads from.
        map_location (Any): As in :func:`torch.load`. Defaults to ``'cpu'``.

    Returns:
        dict: What the file holds, e.g. ``state_dict``, ``meta``.

    Raises:
        FileNotFoundError: If a local file does not exist.
        ValueError: If the file is unreadable, holds no dict, or asks for an object
            that is not allowed; nothing of it has been executed then.
    """
    gate_checkpoints()
    checkpoint = CheckpointLoader.load_checkpoint(
        str(path), map_location=map_location, logger='silent'
    )
    if not isinstance(checkpoint, dict):
        raise ValueError(
            f'{path} must hold a dict such as a state_dict, but holds a '
            f'{type(checkpoint).__name__}; give a checkpoint saved by MMEngine or '
            'by torch.save(model.state_dict(), ...)'
        )
    return checkpoint


def _gated(load: Callable) -> Callable:
    @wraps(load)
    def wrapper(cls, filename: str, *args: Any, **kwargs: Any) -> Any:
        try:
            with _weights_only():
                return load(cls, filename, *args, **kwargs)
        except UnpicklingError as error:
            raise ValueError(_refusal(filename, str(error))) from error
        except RuntimeError as error:
            # Others, such as a missing device for map_location, speak for
            # themselves.
            if not re.search('PytorchStreamReader|inline_container', str(error)):
                raise
            raise ValueError(_unreadable(filename, error)) from error
        except DERAILED as error:
            # A loader may raise these too, for an address that it does not know.
            if not os.path.isfile(os.path.expanduser(filename)):
                raise
            raise ValueError(_unreadable(filename, error)) from error

    return wrapper


@contextmanager
def _weights_only() -> Iterator[None]:
    # torch's own switch is all that reaches loaders which pass
    # weights_only=False themselves, as torch.hub's does. Its opposite is a
    # widespread workaround for MMEngine and must not open the gate.
    saved = {name: os.environ.pop(name, None) for name in (FORCE_SAFE, FORCE_UNSAFE)}
    os.environ[FORCE_SAFE] = '1'
    try:
        yield
    finally:
        del os.environ[FORCE_SAFE]
        os.environ.update({k: v for k, v in saved.items() if v is not None})


def _unreadable(filename: str, reason: object) -> str:
    return (
        f'{filename} cannot be read as a checkpoint ({reason!r}): it is damaged, '
        'incomplete or of another kind; copy or download it again, or give a file '
        'saved by MMEngine or by torch.save'
    )


def _refusal(filename: str, message: str) -> str:
    detail = message.rpartition('WeightsUnpickler error: ')[2].strip()
    found = re.search(r"GLOBAL (\S+)|got <class '(\S+)'>|function <(.+?)>", detail)
    if not found:
        return _unreadable(filename, detail.splitlines()[0])
    name = next(group for group in found.groups() if group)
    if '.' not in name:
        # torch cuts this prefix off.
        name = f'builtins.{name}'
    advice = 'get a file that holds only the state_dict from whoever made it'
    if 'blocked' not in detail and not name.startswith('builtins.'):
        advice = (
            'if you trust where it comes from, call '
            f'torch.serialization.add_safe_globals([{name}]) in a module listed in '
            f'`custom_imports`; otherwise {advice}'
        )
    return (
        f'{filename} was not loaded: besides weights it asks for `{name}`, which '
        f'could run code; {advice}'
    )
