"""``missing.json``: accuracies of a model without modalities, as they become known."""

import json
from pathlib import Path
from typing import Any

from ...engine.runner.atomic_files import write_text
from ...models.utils import STRATEGIES

FILE = 'missing.json'
COMPLETE = 'complete'


def add_result(folder: str | Path, path: tuple[str, ...], entry: dict) -> dict:
    """Add a result to ``missing.json``; results of another model or data go.

    Args:
        folder (Path): The work folder.
        path (tuple[str, ...]): Where in the file: ``('complete',)``, or strategy and
            missing modality.
        entry (dict): Accuracies in percent and ``key``, as :func:`entry_of` gives.

    Returns:
        dict: All results in the file.
    """
    file = Path(folder) / FILE
    known = _of_key(_read(file), entry['key'])
    place = known
    for part in path[:-1]:
        place = place.setdefault(part, {})
    place[path[-1]] = entry
    file.parent.mkdir(parents=True, exist_ok=True)
    known = {name: known[name] for name in sorted(known, key=_rank)}
    write_text(file, json.dumps(known, indent=2) + '\n')
    return known


def known_results(folder: str | Path, key: str) -> dict[str, Any]:
    """What ``missing.json`` holds of this model and these data, see :func:`entry_of`.

    Args:
        folder (Path): The work folder; without the file nothing is known.
        key (str): See :func:`result_key`.
    """
    return _of_key(_read(Path(folder) / FILE), key)


def _rank(name: str) -> int:
    order = (COMPLETE, *STRATEGIES)
    return order.index(name) if name in order else len(order)


def _read(file: Path) -> dict[str, Any]:
    try:
        known = json.loads(file.read_text())
    except (FileNotFoundError, UnicodeDecodeError, json.JSONDecodeError):
        return {}
    return known if isinstance(known, dict) else {}


def _of_key(known: dict[str, Any], key: str) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name, entry in known.items():
        if not isinstance(entry, dict):
            continue
        if name == COMPLETE:
            own = entry if entry.get('key') == key else {}
        else:
            own = {m: e for m, e in entry.items() if e.get('key') == key}
        if own:
            kept[name] = own
    return kept


def table(results: dict[str, Any], name: str) -> str:
    """Lay out the accuracies without a modality beside the complete ones.

    Args:
        results (dict): What :func:`add_result` returned.
        name (str): The missing modality, or several joined by ``+``.
    """
    complete = results.get(COMPLETE, {})
    rows = [('all modalities', complete)] if complete else []
    rows += [
        (f'without {name} ({strategy})', found[name])
        for strategy, found in results.items()
        if strategy != COMPLETE and name in found
    ]
    width = max(len(title) for title, _ in rows)
    lines = [f'{"accuracy in %":{width}}   top-1   top-5    mean']
    for title, entry in rows:
        numbers = [
            f'{entry[k]:8.2f}' if k in entry else 8 * ' '
            for k in ('top1', 'top5', 'mean1')
        ]
        line = f'{title:{width}}{"".join(numbers)}'
        if entry is not complete and 'top1' in entry and 'top1' in complete:
            line += f'   {entry["top1"] - complete["top1"]:+.2f} points of top-1'
        lines.append(line)
    return '\n'.join(lines)
