"""Names of a data set's classes, from the files that data sets come with."""

import re
from pathlib import Path

_NUMBERED = re.compile(r'(\d+)\s+(\S.*)')


def read_class_names(path: str | Path, num_classes: int) -> list[str]:
    """Read the names of all classes.

    Args:
        path (str or Path): A text file in UTF-8, with or without a byte order mark: a
            name per line in the order of the classes, as ``classes.txt`` of
            ``tools/data``, or an index and a name per line as UCF101's
            ``classInd.txt``, counted from 0 or 1. Blank lines do not count.
        num_classes (int): How many there must be.

    Returns:
        list[str]: The names by class index.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it holds more or fewer names, or is no UTF-8 text.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(
            f'class-name file {path} does not exist; it must hold the names of '
            f'{num_classes} classes, one per line'
        )
    try:
        text = path.read_text(encoding='utf-8-sig')
    except UnicodeDecodeError as error:
        raise ValueError(
            f'class-name file {path} is not UTF-8 text ({error}); save it as UTF-8'
        ) from error
    names = [line.strip() for line in text.splitlines() if line.strip()]
    if len(names) != num_classes:
        side = 'short' if len(names) < num_classes else 'long'
        raise ValueError(
            f'class-name file {path} is too {side}: it holds {len(names)} names, but '
            f'the predictions are of {num_classes} classes; give the list of the data '
            'set that the models were trained on, one name per line'
        )
    return _without_numbers(names)


def _without_numbers(lines: list[str]) -> list[str]:
    """Names in the order of their numbers, if each line has one of a full count."""
    found = [_NUMBERED.fullmatch(line) for line in lines]
    by_number = {int(match[1]): match[2] for match in found if match}
    for start in (0, 1):
        # A name such as `3 point shot` is no number and name.
        if sorted(by_number) == list(range(start, start + len(lines))):
            return [by_number[number] for number in sorted(by_number)]
    return lines
