"""Result files that others may still be writing."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any


def read_json(path: str | Path) -> dict[str, Any]:
    """Read a JSON file that holds an object.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is damaged or holds something else; the message names it.
    """
    found = _parse(Path(path).read_text(errors='replace'), str(path))
    if not isinstance(found, dict):
        raise ValueError(
            f'{path} must hold a JSON object, but holds a {type(found).__name__}; '
            'write it again with the tool that made it'
        )
    return found


def read_json_list(path: str | Path) -> list[Any]:
    """Read a JSON file that holds a list; errors are those of :func:`read_json`."""
    found = _parse(Path(path).read_text(errors='replace'), str(path))
    if not isinstance(found, list):
        raise ValueError(
            f'{path} must hold a JSON list, but holds a {type(found).__name__}; '
            'write it again with the tool that made it'
        )
    return found


def read_json_lines(path: str | Path) -> list[dict[str, Any]]:
    """Read a file with a JSON object per line, such as MMEngine's ``scalars.json``.

    A last line that a killed run left unfinished is skipped.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If another line is damaged; the message names it.
    """
    *lines, unfinished = Path(path).read_text(errors='replace').split('\n')
    found = [
        _parse(line, f'line {number} of {path}')
        for number, line in enumerate(lines, 1)
        if line.strip()
    ]
    with suppress(json.JSONDecodeError):
        found.append(json.loads(unfinished))
    return [line for line in found if isinstance(line, dict)]


def _parse(text: str, place: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(
            f'{place} cannot be read as JSON ({error}): it is half-written or damaged; '
            'write it again with the tool that made it, or remove it'
        ) from error
