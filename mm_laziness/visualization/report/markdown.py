"""A report as Markdown, with its figures in files."""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from .document import Block, Code, Facts, Fold, Picture, Section, Table, Text

# What Markdown or the HTML in it would take for its own.
_SPECIAL = re.compile(r'([\\*|~`]|(?<![^\W_])_|_(?![^\W_])|\](?=[\[(:]))')
# What would make a paragraph a heading or a list.
_LEADING = re.compile(r'^(\d*)([#+=.)-])')
_CODE = re.compile(r'(`[^`\n]+`)')


def render_markdown(
    title: str, sections: Sequence[Section]
) -> tuple[str, dict[str, bytes]]:
    """Write a report in GitHub's Markdown.

    Args:
        title (str): The heading.
        sections (Sequence[Section]): What it says.

    Returns:
        tuple[str, dict[str, bytes]]: The text, and the figures by their paths relative
        to it.
    """
    files: dict[str, bytes] = {}
    links = [f'- [{_escape(s.title)}](#{s.anchor})' for s in sections]
    parts = [f'# {_escape(title)}', '\n'.join(links)]
    for section in sections:
        parts.append(f'## {_escape(section.title)}')
        parts += [_render(block, files) for block in section.blocks]
    return '\n\n'.join(parts) + '\n', files


def markdown_table(table: Table) -> str:
    """Write a table, its numbers to the right."""
    marks = [':--' if i < table.left else '--:' for i in range(len(table.header))]
    rows = [map(_escape, table.header), marks, *(map(_escape, r) for r in table.rows)]
    return '\n'.join(f'| {" | ".join(row)} |' for row in rows)


def _render(block: Block, files: dict[str, bytes]) -> str:
    match block:
        case Text():
            return _LEADING.sub(r'\1\\\2', _escape(block.text))
        case Table():
            return markdown_table(block)
        case Facts():
            return '\n'.join(
                f'- {_escape(label)}: **{_escape(value)}**, {_escape(note)}'
                for label, value, note in block.items
            )
        case Picture():
            path = _free_path(block.path, files)
            files[path] = block.png
            return f'![{_escape(block.caption)}]({path})'
        case Code():
            # Longer than any fence within.
            runs = [len(run) for run in re.findall('`+', block.text)]
            fence = '`' * max([3, *(run + 1 for run in runs)])
            return f'{fence}{block.language}\n{block.text}\n{fence}'
        case Fold():
            inner = '\n\n'.join(_render(inner, files) for inner in block.blocks)
            # Markdown is not read in the summary's line, entities are.
            summary = _entities(_one_line(block.title))
            head = f'<details>\n<summary>{summary}</summary>'
            return f'{head}\n\n{inner}\n\n</details>'


def _free_path(path: str, taken: dict[str, bytes]) -> str:
    """The path, or one with a number, where file systems would take two for one."""
    known = {other.casefold() for other in taken}
    pure, number = PurePosixPath(path), 1
    while path.casefold() in known:
        number += 1
        path = str(pure.with_name(f'{pure.stem}_{number}{pure.suffix}'))
    return path


def _escape(text: str) -> str:
    """Make text from outside safe; what stands between backticks stays code."""
    parts = _CODE.split(_one_line(text))
    # A pipe ends a cell even in code.
    parts[1::2] = [part.replace('|', r'\|') for part in parts[1::2]]
    parts[::2] = [_SPECIAL.sub(r'\\\1', _entities(part)) for part in parts[::2]]
    return ''.join(parts)


def _entities(text: str) -> str:
    return text.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')


def _one_line(text: str) -> str:
    return ' '.join(text.split())
