"""What the checkpoints of MMEngine hold besides weights, by name."""

from collections.abc import Callable
from pickle import UnpicklingError
from typing import Any

import numpy as np
import torch
from mmengine.logging import HistoryBuffer

try:
    from numpy._core import multiarray
except ImportError:  # numpy 1
    from numpy.core import multiarray  # type: ignore[no-redef]

STATISTICS = ('min', 'max', 'current', 'mean')
NUMBERS = (
    *('Bool', 'Int8', 'Int16', 'Int32', 'Int64', 'UInt8', 'UInt16', 'UInt32'),
    *('UInt64', 'Float16', 'Float32', 'Float64', 'Str'),
)


def history_buffer_statistic(owner: Any, name: str) -> Callable:
    """Stand in for ``builtins.getattr`` in a checkpoint.

    A pickled ``HistoryBuffer`` holds its own statistics methods, which pickle
    writes as ``getattr(HistoryBuffer, 'mean')``. The real ``getattr`` would lead
    from any allowed class to everything that it references.

    Args:
        owner (Any): Only ``HistoryBuffer`` is accepted.
        name (str): Only its own four statistics are accepted.

    Returns:
        Callable: The method.

    Raises:
        UnpicklingError: If anything else is asked for.
    """
    if owner is not HistoryBuffer or name not in STATISTICS:
        asked = f'builtins.getattr({getattr(owner, "__name__", type(owner))},{name!r})'
        raise UnpicklingError(f'Unsupported global: GLOBAL {asked}')
    return getattr(HistoryBuffer, name)


def allow_mmengine_globals() -> None:
    """Add to torch's allow-list what MMEngine's checkpoints need and it lacks.

    Message hubs keep a ``HistoryBuffer`` (two numpy arrays) per scalar and
    whatever number a hook stores, numpy's among them. Names that something
    else has allowed already are left as they are.
    """
    known = {_name(entry) for entry in torch.serialization.get_safe_globals()}
    wanted = [entry for entry in _wanted() if _name(entry) not in known]
    torch.serialization.add_safe_globals(wanted)


def _wanted() -> list:
    numbers = [getattr(np.dtypes, f'{number}DType') for number in NUMBERS]
    # numpy 1 and 2 write the same two functions under different names.
    rebuild = [
        (getattr(multiarray, function), f'numpy.{core}.multiarray.{function}')
        for core in ('core', '_core')
        for function in ('_reconstruct', 'scalar')
    ]
    restricted = (history_buffer_statistic, 'builtins.getattr')
    return [HistoryBuffer, np.ndarray, np.dtype, *numbers, *rebuild, restricted]


def _name(entry: Any) -> str:
    if isinstance(entry, tuple):
        return entry[1]
    return f'{entry.__module__}.{entry.__qualname__}'
