"""Numpy's arrays of numbers and text, from pickles that nobody vouches for.

Numpy lets a pickle write into a data type: one that claims to hold no objects, but has
a field of them, makes pointers of the bytes of an array. Here a data type is what its
name says, and of all else in its state only the byte order counts.
"""

import pickle
import re
from typing import Any

import numpy as np

from ..compat.safe_globals import multiarray

_PLAIN = re.compile(r'[biufcSU]\d+')


class Refused(pickle.UnpicklingError):
    """Says the name of what a pickle must not ask for."""


class PlainDtype:
    """Stands for a data type until its byte order is known.

    Args:
        name (str): Such as ``'f4'``.
    """

    def __init__(self, name: Any) -> None:
        if not isinstance(name, str) or not _PLAIN.fullmatch(name):
            raise Refused(f'numpy.dtype of {name!r}')
        self.value = np.dtype(name)

    def __setstate__(self, state: tuple) -> None:
        """Take the byte order, ``'<'``, ``'>'`` or ``'|'``, and nothing else."""
        self.value = self.value.newbyteorder(state[1])


class Array(np.ndarray):
    """An array whose data type is a :class:`PlainDtype` in its pickle."""

    def __setstate__(self, state: tuple) -> None:  # type: ignore[override]
        """Take shape, data type, order in memory and data."""
        version, shape, dtype, fortran, data = state
        super().__setstate__((version, shape, _value(dtype), fortran, data))


def new_dtype(name: Any, *args: Any) -> PlainDtype:
    """Stand in for ``numpy.dtype``."""
    return PlainDtype(name)


def new_array(kind: Any, *args: Any) -> np.ndarray:
    """Stand in for numpy's ``_reconstruct``, which makes an empty array."""
    if kind != 'numpy.ndarray':
        raise Refused(f'numpy array of the class {kind!r}')
    return Array(0)


def new_scalar(dtype: Any, data: bytes) -> Any:
    """Stand in for numpy's ``scalar``."""
    return multiarray.scalar(_value(dtype), data)


def array_from_buffer(data: Any, dtype: Any, shape: Any, order: Any) -> np.ndarray:
    """Stand in for numpy's ``_frombuffer``, of protocol 5."""
    return np.frombuffer(data, dtype=_value(dtype)).reshape(shape, order=order)


def _value(dtype: Any) -> np.dtype:
    if not isinstance(dtype, PlainDtype):
        raise ValueError(f'{type(dtype).__name__} instead of a data type of numpy')
    return dtype.value
