"""How many pictures a folder holds, and whether they are there without gaps."""

import os
import re
from pathlib import Path

from PIL import Image

from ..transforms.pictures import missing_number
from .media_facts import Facts

_FIELD = re.compile(r'\{[^}]*\}')


def inspect_image(path: str) -> Facts:
    """Decode a picture."""
    try:
        with Image.open(path) as image:
            image.load()
            return Facts(
                pictures=True, frames=1, width=image.width, height=image.height
            )
    # Pillow raises these of broken files, depending on their format.
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        text = ' '.join(str(error).split()).replace(path, 'it')
        return Facts(fault=(text or type(error).__name__)[:200])


def inspect_frames(folder: str, template: str) -> Facts:
    """Count the pictures of a folder; decode the first and the last.

    Args:
        folder (str): The folder.
        template (str): Their names, with one field for the number.
    """
    numbers = _numbers(folder, template)
    if not numbers:
        return Facts(fault=f'the folder has no picture named {template}')
    lost = missing_number(numbers)
    if lost is not None:
        return Facts(fault=f'picture {template.format(lost)} is missing')
    for number in (numbers[-1], numbers[0]):
        path = os.path.join(folder, template.format(number))
        facts = inspect_image(path)
        if facts.fault:
            return Facts(fault=f'{os.path.basename(path)}: {facts.fault}')
    facts.frames = len(numbers)
    return facts


def inspect_flow(folder: str, template: str, axes: tuple[str, str]) -> Facts:
    """Count the pictures of both axes; the smaller number counts.

    Args:
        folder (str): The folder, with a field for the axis if each has its own.
        template (str): The names, with fields for the axis (unless ``folder`` has it)
            and the number.
        axes (tuple[str, str]): Names of the axes.
    """
    facts: list[Facts] = []
    for axis in axes:
        own, name = fill_axis(folder, template, axis)
        facts.append(inspect_frames(own, name))
        if facts[-1].fault:
            return facts[-1]
    return min(facts, key=lambda fact: fact.frames or 0)


def fill_axis(folder: str, template: str, axis: str) -> tuple[str, str]:
    """Folder and template of one axis: the first field of both together is its."""
    if _FIELD.search(folder):
        return _FIELD.sub(axis, folder, count=1), template
    return folder, _FIELD.sub(axis, template, count=1)


def _numbers(folder: str, template: str) -> list[int]:
    if not Path(folder).is_dir():
        return []
    before, after = (re.escape(part) for part in _FIELD.split(template, maxsplit=1))
    name = re.compile(f'{before}([0-9]+){after}')
    with os.scandir(folder) as entries:
        matches = [name.fullmatch(entry.name) for entry in entries]
    numbers = sorted(int(match[1]) for match in matches if match)
    # What is padded otherwise would not be found under the template's name.
    names = {match[0] for match in matches if match}
    return [number for number in numbers if template.format(number) in names]
