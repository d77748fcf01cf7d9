"""What a run prints and saves."""

from typing import Any

from mm_laziness.engine.runner.atomic_files import write_text

from .method_tables import method_table
from .store import Results, ResultStore
from .tables import accuracy_table, confusion_table, summarize


def report(
    networks: Results, methods: Results, cfg: dict[str, Any], store: ResultStore
) -> str:
    """Write the tables, save them as results.md and the summary in results.json.

    Args:
        networks (Results): Of the paper's networks.
        methods (Results): Of the methods; may be empty.
        cfg (dict): As in configs/paper.py.
        store (ResultStore): Of the results.

    Returns:
        str: The text, in Markdown.
    """
    sizes = ', '.join(f'{key} {value}' for key, value in cfg['generator'].items())
    paper = cfg['paper']
    text = (
        f'Test top-1 in percent, mean ± sample deviation over seeds {cfg["seeds"]}, '
        f"in brackets the paper's (Table 20); {sizes}.\n\n"
        f'{accuracy_table(networks, paper["accuracy"])}\n'
    )
    if confusion := confusion_table(networks, 'C', paper['confusion']):
        text += (
            '\nSet C: what the uni-modal networks take each class for, in percent of '
            f"the class; in brackets the paper's (Table 21).\n\n{confusion}\n"
        )
    if methods:
        text += f'\nMethods, test top-1 in percent.\n\n{method_table(methods)}\n'
    store.summary = dict(
        sizes=cfg['generator'],
        networks=summarize(networks),
        methods=summarize(methods),
    )
    store.save()
    write_text(store.path.with_name('results.md'), text)
    return text
