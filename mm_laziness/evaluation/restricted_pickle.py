"""Read pickles of plain containers, tensors and arrays, and execute nothing else."""

import io
import pickle
import re
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from tqdm import tqdm
from tqdm.utils import CallbackIOWrapper

from ..compat.checkpoints import DERAILED
from .plain_arrays import Refused, array_from_buffer, new_array, new_dtype, new_scalar
from .plain_storage import read_storage

_LARGE = 2**24  # bytes
_CORES = ('numpy.core', 'numpy._core')
# Old protocols write the values of these types as calls, under Python 2's name.
_TYPES = dict(set=set, frozenset=frozenset, bytes=bytes, bytearray=bytearray)
_BUILTINS = ('builtins', '__builtin__')


def load_plain_pickle(path: str | Path) -> Any:
    """Load a pickle that holds nothing but numbers, text and their containers.

    Args:
        path (str or Path): Such as MMEngine's ``DumpResults`` writes: lists, tuples,
            dicts, strings, numbers, tensors (which come to the CPU), numpy arrays. A
            large one shows a progress bar.

    Returns:
        Any: What the pickle holds.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If the file is no pickle, is damaged, or asks for anything else,
            which is named; nothing of it has been executed then.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(
            f'prediction file {path} does not exist; write it with python '
            f'tools/test.py CONFIG CHECKPOINT --dump {path}'
        )
    try:
        with open(path, 'rb') as file, _bar(path) as bar:
            return _Unpickler(CallbackIOWrapper(bar.update, file, 'read')).load()
    except Refused as refused:
        raise ValueError(
            f'{path} was not read: besides plain data it asks for `{refused}`, which '
            'could run code; write the predictions again with python tools/test.py '
            f'CONFIG CHECKPOINT --dump {path.name}'
        ) from refused
    except (
        *(pickle.UnpicklingError, RuntimeError, ValueError, MemoryError),
        *DERAILED,
    ) as error:
        raise ValueError(
            f'{path} cannot be read as a pickle ({error!r}): it is damaged, incomplete '
            'or of another kind; write it with python tools/test.py CONFIG CHECKPOINT '
            f'--dump {path.name}'
        ) from error


def _bar(path: Path) -> tqdm:
    """Over the bytes of a file that takes seconds; each tensor takes a while."""
    size = path.stat().st_size
    return tqdm(
        total=size,
        desc=f'reading {path.name}',
        unit='B',
        unit_scale=True,
        leave=False,
        disable=size < _LARGE,
    )


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: Any) -> None:
        super().__init__(file)
        # Scores of a batch are views of one storage, which is written with each.
        self._storage = lru_cache(maxsize=64)(_storage)

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ('torch.storage', '_load_from_bytes'):
            return lambda data: self._storage(data)
        # Exact names only: `a.b` with dots would lead from an allowed one to others.
        maker = _ALLOWED.get(f'{module}.{name}')
        if maker is None:
            raise Refused(f'{module}.{name}')
        return maker()


def _fresh(function: Callable) -> Callable[[], Callable]:
    """A new function each time: a pickle can write into what it is given."""
    return lambda: lambda *args: function(*args)


def _storage(data: bytes) -> Tensor:
    """Stand in for ``torch.storage._load_from_bytes``, which unpickles anything."""
    if (plain := read_storage(data)) is not None:
        return plain
    try:
        storage = torch.load(io.BytesIO(data), map_location='cpu', weights_only=True)
    except pickle.UnpicklingError as error:
        found = re.search(r"GLOBAL (\S+)|got <class '(\S+)'>", str(error))
        if found is None:
            raise
        raise Refused(found[1] or found[2]) from error
    if not isinstance(storage, torch.TypedStorage):
        raise Refused(f'torch.storage of a {type(storage).__name__}')
    return torch.empty(0, dtype=storage.dtype).set_(storage)


def _tensor(flat: Any, offset: int, size: Any, stride: Any, *rest: Any) -> Tensor:
    """Of ``_rebuild_tensor_v2`` what values need: no gradient, hooks or metadata.

    Numbers that the storage does not hold are an error; torch's own would add memory.
    """
    if not isinstance(flat, Tensor):
        raise ValueError(f'a tensor has a {type(flat).__name__} instead of a storage')
    return flat.as_strided(size, stride, offset)


def _encode(text: str, encoding: str) -> bytes:
    """Stand in for ``_codecs.encode``, by which old protocols write bytes."""
    if not isinstance(text, str) or encoding != 'latin1':
        raise Refused(f'_codecs.encode to {encoding!r}')
    return text.encode('latin1')


_ALLOWED: dict[str, Callable[[], Any]] = {
    'collections.OrderedDict': lambda: OrderedDict,
    'torch._utils._rebuild_tensor_v2': _fresh(_tensor),
    'torch.Size': lambda: torch.Size,
    '_codecs.encode': _fresh(_encode),
    # A word, not the class: called, it would read memory that is not its own.
    'numpy.ndarray': lambda: 'numpy.ndarray',
    'numpy.dtype': _fresh(new_dtype),
    **{f'{m}.{name}': _fresh(kind) for m in _BUILTINS for name, kind in _TYPES.items()},
    **{f'{core}.multiarray._reconstruct': _fresh(new_array) for core in _CORES},
    **{f'{core}.multiarray.scalar': _fresh(new_scalar) for core in _CORES},
    **{f'{core}.numeric._frombuffer': _fresh(array_from_buffer) for core in _CORES},
}
