"""The report of a study or of some runs, as HTML and as Markdown."""

from pathlib import Path

from ...engine.runner.atomic_files import put_in_place, temporary_name
from ..results import Results
from .data import ReportData
from .html import render_html
from .markdown import markdown_table, render_markdown
from .sections import build_sections
from .sections_accuracy import accuracy_table


def results_table(results: Results) -> str:
    """Write a study's results as a Markdown table.

    Args:
        results (Results): A study's results, in percent.

    Returns:
        str: One row per method, see
        :func:`~mm_laziness.visualization.report.sections_accuracy.accuracy_table`.

    Raises:
        ValueError: If there are no results or one lacks ``top1``.
    """
    return markdown_table(accuracy_table(results)) + '\n'


def write_report(data: ReportData, out_dir: str | Path) -> dict[str, Path]:
    """Write ``report.html``, ``report.md`` and the latter's figures.

    The HTML file holds all that it needs; the Markdown says the same, with
    ``accuracies.png`` and ``laziness.png`` beside it and the others in ``figures``.

    Args:
        data (ReportData): What to report; sections without data are left out.
        out_dir (str or Path): Where to write; made if missing.

    Returns:
        dict[str, Path]: The paths, ``html`` and ``markdown``.

    Raises:
        ValueError: If there are no results or one lacks ``top1``; nothing is written.
    """
    sections = build_sections(data)
    html = render_html(data.title, sections)
    markdown, files = render_markdown(data.title, sections)
    out_dir = Path(out_dir)
    # The texts last: they never show figures that are not there. Names of files that
    # are no UTF-8 come with characters that cannot be written.
    files['report.md'] = markdown.encode(errors='replace')
    files['report.html'] = html.encode(errors='replace')
    for name, content in files.items():
        _write(out_dir / name, content)
    return dict(html=out_dir / 'report.html', markdown=out_dir / 'report.md')


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(temporary_name(path.name))
    temporary.write_bytes(content)
    put_in_place(temporary, path)
