"""Configs written by MMEngine that say what was read."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from mmengine.config import config as mmengine_config


def write_configs_in_order() -> None:
    """Let MMEngine's dumped configs keep the order of dicts; format each text once.

    MMEngine sorts the keys. A recognizer's modalities are in the order of its
    ``encoders``, so that with the config that a run leaves in its work folder a
    checkpoint of ``rgb`` and ``audio`` would load into ``audio`` and ``rgb``, in
    silence where the widths agree. It also formats the text anew for every
    checkpoint, which takes up to a second.
    """
    # Its only use there is over the items of a dict that is written.
    mmengine_config.sorted = _as_they_are
    if not hasattr(mmengine_config.FormatCode, '__wrapped__'):
        mmengine_config.FormatCode = _once(mmengine_config.FormatCode)


def _as_they_are(items: Any, key: Any = None) -> list:
    return list(items)


def _once(format_code: Callable) -> Callable:
    known: dict[str, Any] = {}

    @wraps(format_code)
    def wrapper(text: str, **settings: Any) -> Any:
        if text not in known:
            # A run writes one config many times.
            known.clear()
            known[text] = format_code(text, **settings)
        return known[text]

    return wrapper
