"""Results that stay: what is finished is not computed again."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from mm_laziness.engine.runner.atomic_files import write_text

# Of one name: each set's results, one per seed.
Results = dict[str, dict[str, list[dict[str, Any]]]]


class ResultStore:
    """The file ``results.json``: a result per key, and the summary of the last run.

    A key says all that a result depends on (set, seed, name and settings), so that
    results of different settings share the file and are never taken for each other.

    Args:
        path (str | Path): The file; it need not exist.

    Raises:
        ValueError: If it exists and is not such a file.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.summary: dict[str, Any] = {}
        self.entries: list[dict[str, Any]] = []
        if self.path.exists():
            try:
                self.entries = [
                    dict(e) for e in json.loads(_text(self.path))['entries']
                ]
                assert all({'key', 'result'} <= set(e) for e in self.entries)
            except (AssertionError, KeyError, TypeError, ValueError) as error:
                raise ValueError(
                    f'{self.path} has no results of this command; move it away or name '
                    'another folder (--out)'
                ) from error

    def find(self, **key: Any) -> dict[str, Any] | None:
        """Find the result of a key, if there is one."""
        key = _as_json(key)
        return next((e['result'] for e in self.entries if e['key'] == key), None)

    def add(self, result: dict[str, Any], **key: Any) -> None:
        """Keep a result, on disk as well."""
        self.entries.append(dict(key=_as_json(key), result=_as_json(result)))
        self.save()

    def save(self) -> None:
        """Write the file; a killed run leaves the old or the new one."""
        content = dict(summary=self.summary, entries=self.entries)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        write_text(self.path, json.dumps(content, indent=1) + '\n')

    def collect(
        self,
        names: Iterable[str],
        sets: Iterable[str],
        seeds: Iterable[int],
        **key: Any,
    ) -> Results:
        """Collect finished results: of each name, of each set, a list over seeds."""
        results: Results = {}
        for name in names:
            for letter in sets:
                found = [self.find(set=letter, seed=s, name=name, **key) for s in seeds]
                if done := [result for result in found if result is not None]:
                    results.setdefault(name, {})[letter] = done
        return results


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except IsADirectoryError as error:
        raise ValueError(f'{path} is a folder') from error


def _as_json(value: dict[str, Any]) -> dict[str, Any]:
    # Tuples become lists, as they come back from the file.
    return json.loads(json.dumps(value))
