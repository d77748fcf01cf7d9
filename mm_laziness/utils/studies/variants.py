"""One method several times in a study, with other values of its settings."""

import os.path as osp
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mmengine.config import Config, DictAction


@dataclass(frozen=True)
class Variant:
    """A method with other settings.

    Args:
        method (str): The method.
        settings (dict[str, Any]): Values by key of the config, as ``a.b.c``.
    """

    method: str
    settings: dict[str, Any]

    @property
    def name(self) -> str:
        """Method, keys as short as they are distinct, and values."""
        keys = _shortened(list(self.settings))
        values = self.settings.values()
        parts = [f'{key}={value}' for key, value in zip(keys, values, strict=True)]
        return ' '.join([self.method, *parts])

    def apply(self, cfg: Config) -> None:
        """Change a config in place.

        Raises:
            ValueError: If it has no such key.
        """
        for key, value in self.settings.items():
            _set(cfg, key.split('.'), value, f'--vary {self.method} {key}')


def parse_variants(method: str, *assignments: str) -> list[Variant]:
    """Read the words of ``--vary METHOD KEY=V1,V2,... [KEY2=...]``.

    Args:
        method (str): The method to vary.
        *assignments (str): A key and its values; several keys change together.

    Raises:
        ValueError: If a word is no assignment, or keys have different numbers of
            values.
    """
    columns: dict[str, Sequence] = {}
    for assignment in assignments:
        key, equals, text = assignment.partition('=')
        if not (key and equals and text):
            raise ValueError(
                f'--vary {method} takes KEY=V1,V2,... as in '
                f'model.loss_distill.loss_weight=0,10,50, but got {assignment!r}'
            )
        # As --cfg-options reads a list: a comma outside of brackets separates.
        columns[key] = DictAction._parse_iterable(f'[{text}]')
    counts = {key: len(values) for key, values in columns.items()}
    if len(set(counts.values())) != 1:
        raise ValueError(
            f'--vary {method} needs a key, and as many values for each of several '
            f'keys, but got {counts or "none"}'
        )
    rows = zip(*columns.values(), strict=True)
    return [Variant(method, dict(zip(columns, row, strict=True))) for row in rows]


def folder_name(name: str) -> str:
    """Name of a method's or a variant's folder, of characters that are safe in it."""
    return re.sub(r'[^\w=+,-]+', '.', name.replace(' ', '.')).strip('.')


def _set(holder: Any, keys: list[str], value: Any, role: str) -> None:
    """Set ``a.b.c``; keys of dicts may have dots in them, as those of custom_keys."""
    for length in range(len(keys), 0, -1):
        key: Any = '.'.join(keys[:length])
        if isinstance(holder, list) and key.isdecimal() and int(key) < len(holder):
            key = int(key)
        elif not (isinstance(holder, dict | Config) and key in holder):
            continue
        if length == len(keys):
            holder[key] = value
        else:
            _set(holder[key], keys[length:], value, role)
        return
    known = list(holder) if isinstance(holder, dict | Config) else type(holder).__name__
    raise ValueError(
        f'{role}: the config has no {".".join(keys)!r} there, only {known}; write it '
        "into the method's config first, with its usual value"
    )


def _shortened(keys: list[str]) -> list[str]:
    """The keys without what they begin with in common, but for one key its end."""
    if len(keys) == 1:
        return [keys[0].rpartition('.')[2]]
    common = osp.commonprefix([key.split('.') for key in keys])
    return ['.'.join(key.split('.')[len(common) :]) for key in keys]
