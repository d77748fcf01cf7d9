"""The memory of a tensor, from a pickle that nobody vouches for, without torch.load.

``torch.load`` takes almost as long for a tensor of a few numbers as for a model, and a
test set has some 100000 of those.
"""

import io
import pickle
import sys
from typing import Any

import torch
from torch import Tensor
from torch.serialization import MAGIC_NUMBER, PROTOCOL_VERSION

from ..compat.checkpoints import DERAILED

_DTYPES = dict(
    DoubleStorage=torch.float64,
    FloatStorage=torch.float32,
    HalfStorage=torch.float16,
    BFloat16Storage=torch.bfloat16,
    LongStorage=torch.int64,
    IntStorage=torch.int32,
    ShortStorage=torch.int16,
    CharStorage=torch.int8,
    ByteStorage=torch.uint8,
    BoolStorage=torch.bool,
)
_COUNT = 8  # bytes before the numbers, that say how many there are


class _Unpickler(pickle.Unpickler):
    """Of descriptions: nothing that it gives can be called."""

    def find_class(self, module: str, name: str) -> Any:
        if module != 'torch' or name not in _DTYPES:
            raise pickle.UnpicklingError(f'{module}.{name} is no usual storage')
        return _DTYPES[name]

    def persistent_load(self, pid: Any) -> Any:
        return pid


def read_storage(data: bytes) -> Tensor | None:
    """Read what pickling a tensor writes of its storage.

    Args:
        data (bytes): As of ``torch.save(storage,
            _use_new_zipfile_serialization=False)``, on any device.

    Returns:
        Tensor | None: Its numbers (count,) on the CPU; None of anything unusual, which
        ``torch.load`` may know or explain.
    """
    file = io.BytesIO(data)
    unpickler = _Unpickler(file)
    try:
        magic, protocol, system, described, keys = (unpickler.load() for _ in range(5))
        kind, dtype, key, _, count, view = described
        little = system['little_endian'] and sys.byteorder == 'little'
    except (pickle.UnpicklingError, ValueError, *DERAILED):
        return None
    start = file.tell() + _COUNT
    usual = (
        (magic, protocol, kind, keys, view)
        == (MAGIC_NUMBER, PROTOCOL_VERSION, 'storage', [key], None)
        and little
        and isinstance(dtype, torch.dtype)
        and isinstance(count, int)
        and count > 0
        and data[start - _COUNT : start] == count.to_bytes(_COUNT, 'little')
        and len(data) == start + count * dtype.itemsize
    )
    if not usual:
        return None
    return torch.frombuffer(bytearray(data[start:]), dtype=dtype)
