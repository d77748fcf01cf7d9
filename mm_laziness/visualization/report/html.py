"""A report as one HTML file that needs nothing else, no network and no JavaScript."""

import re
from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from .document import Section

_TEMPLATES = Path(__file__).parent / 'templates'
_EQUALS = '\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}'
_CODE = re.compile(r'`([^`\n]+)`')


def render_html(title: str, sections: Sequence[Section]) -> str:
    """Write a report as HTML; all text is escaped, all figures are inlined.

    Args:
        title (str): The heading.
        sections (Sequence[Section]): What it says.

    Returns:
        str: The whole file. Its content security policy lets it load nothing.
    """
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters['base64'] = lambda data: b64encode(data).decode('ascii')
    environment.filters['inline'] = _inline
    css = Markup((_TEMPLATES / 'report.css').read_text(encoding='utf-8'))
    template = environment.get_template('report.html.j2')
    return template.render(title=title, sections=sections, css=css)


def _inline(text: str) -> Markup:
    """Escape a paragraph, with what stands between backticks as code."""
    # What belongs to a number stays on its line.
    text = text.replace(' %', '\N{NO-BREAK SPACE}%').replace(' = ', _EQUALS)
    return Markup(_CODE.sub(r'<code>\1</code>', str(escape(text))))
