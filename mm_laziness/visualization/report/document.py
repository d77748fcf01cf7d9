"""What a report says, before it is Markdown or HTML: sections of blocks."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import ClassVar

from matplotlib.figure import Figure


@dataclass(frozen=True)
class Text:
    """A paragraph; what stands between backticks is code."""

    text: str
    kind: ClassVar[str] = 'text'


@dataclass(frozen=True)
class Table:
    """A table whose first ``left`` columns hold words, the others numbers.

    Args:
        best (int, optional): The row that is to be seen first.
    """

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    best: int | None = None
    left: int = 1
    kind: ClassVar[str] = 'table'


@dataclass(frozen=True)
class Facts:
    """The few numbers to remember, each with what it is: ``(label, value, note)``."""

    items: Sequence[tuple[str, str, str]]
    kind: ClassVar[str] = 'facts'


@dataclass(frozen=True)
class Picture:
    """A drawn figure.

    Args:
        path (str): Of its file, relative to the report.
        caption (str): What it shows.
        png (bytes): The file.
        width (int): Its natural width in CSS pixels (1/96 inch).
    """

    path: str
    caption: str
    png: bytes
    width: int
    kind: ClassVar[str] = 'picture'


@dataclass(frozen=True)
class Code:
    """Text that is shown as it is."""

    text: str
    language: str = ''
    kind: ClassVar[str] = 'code'


@dataclass(frozen=True)
class Fold:
    """Blocks that are seen once their title is clicked."""

    title: str
    blocks: Sequence['Block']
    kind: ClassVar[str] = 'fold'


Block = Text | Table | Facts | Picture | Code | Fold


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it."""

    title: str
    blocks: Sequence[Block]

    @property
    def anchor(self) -> str:
        """What links lead to; the same that GitHub makes of the heading."""
        return re.sub(r'[^\w -]', '', self.title.lower()).replace(' ', '-')


def picture(
    name: str, figure: Figure, caption: str, folder: str = 'figures/'
) -> Picture:
    """Draw a figure; the same figure gives the same bytes.

    Args:
        name (str): Of its file, without ``.png``; what links or file systems may not
            like in it becomes underscores.
        figure (Figure): Of matplotlib.
        caption (str): What it shows.
        folder (str): Where its file lies, relative to the report.
    """
    file = BytesIO()
    # The version of matplotlib would be in the metadata.
    figure.savefig(file, format='png', metadata={'Software': None})
    name = re.sub(r'[^\w.=+-]+', '_', name)[:100]
    width = round(96 * figure.get_figwidth())
    return Picture(f'{folder}{name}.png', caption, file.getvalue(), width)


def pictures_of(blocks: Sequence[Block]) -> Iterator[Picture]:
    """All pictures, those in folds as well, in their order."""
    for block in blocks:
        if isinstance(block, Picture):
            yield block
        elif isinstance(block, Fold):
            yield from pictures_of(block.blocks)
