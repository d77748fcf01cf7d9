"""Facts of files on disk, so that a killed inspection goes on where it was."""

import json
import threading
from dataclasses import asdict
from pathlib import Path

from .media_facts import Facts


class FactsCache:
    """A file of JSON lines, one per inspected file; safe to use from threads.

    Args:
        path (str | Path): The file; made with the first entry.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._lock = threading.Lock()
        self._facts: dict[str, tuple[str, Facts]] = {}
        text = self.path.read_text('utf-8') if self.path.is_file() else ''
        for line in text.splitlines():
            try:
                entry = json.loads(line)
                facts = Facts(**entry['facts'])
                self._facts[entry['key']] = entry['stamp'], facts
            except (ValueError, KeyError, TypeError):
                continue  # cut off when a run was killed, or of another version
        # What follows a line that was cut off must not continue it.
        self._glue = '\n' if text and not text.endswith('\n') else ''

    def get(self, key: str, stamp: str) -> Facts | None:
        """Facts of ``key`` as it was at ``stamp`` (sizes and times of its files)."""
        known = self._facts.get(key)
        return known[1] if known and known[0] == stamp else None

    def add(self, key: str, stamp: str, facts: Facts) -> None:
        """Keep what was found out, on disk at once."""
        entry = dict(key=key, stamp=stamp, facts=asdict(facts))
        with self._lock:
            self._facts[key] = stamp, facts
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with open(self.path, 'a', encoding='utf-8') as file:
                file.write(f'{self._glue}{json.dumps(entry, ensure_ascii=False)}\n')
            self._glue = ''
