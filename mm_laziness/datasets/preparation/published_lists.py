"""Read published split files line by line."""

from collections.abc import Mapping
from pathlib import Path


def read_lines(path: str | Path, source: str) -> list[tuple[str, str]]:
    """Read the lines of a text file that are not blank.

    A byte order mark and the line ends of any system are taken off, as published lists
    have both.

    Args:
        path (str | Path): The file.
        source (str): Where to get it, for the error.

    Returns:
        list[tuple[str, str]]: For each line where it stands, ``path, line number``,
        and the line.

    Raises:
        FileNotFoundError: If the file does not exist.
        ValueError: If it has no line, or is not text.
    """
    text = read_text(path, source)
    # Not splitlines(), which ends lines at form feeds and the like as well.
    numbered = enumerate(text.split('\n'), 1)
    lines = [(f'{path}, line {n}', line.strip()) for n, line in numbered]
    lines = [(where, line) for where, line in lines if line]
    if not lines:
        raise ValueError(f'{path} is empty; {source}')
    return lines


def read_text(path: str | Path, source: str) -> str:
    """Read a text file; a byte order mark is taken off.

    Args:
        path (str | Path): The file.
        source (str): Where to get it, for the error.

    Raises:
        FileNotFoundError: If the file does not exist.
        ValueError: If it is not text.
    """
    if not Path(path).is_file():
        raise FileNotFoundError(f'{path} does not exist; {source}')
    try:
        return Path(path).read_text('utf-8-sig')
    except UnicodeDecodeError as error:
        raise ValueError(f'{path} is not a text file in UTF-8; {source}') from error


def label_of(name: str, labels: Mapping[str, int], where: str, origin: str) -> int:
    """Look up the label of a class.

    Args:
        name (str): Name of the class.
        labels (Mapping[str, int]): Labels by name.
        where (str): Where the name stands, for the error.
        origin (str): Where the known classes come from, for the error.

    Raises:
        ValueError: If the class is unknown.
    """
    if name not in labels:
        some = ', '.join(repr(known) for known in list(labels)[:6])
        more = ', ...' if len(labels) > 6 else ''
        raise ValueError(
            f'{where}: unknown class {name!r}; {origin} gives {some}{more}'
        )
    return labels[name]
