"""Look at every file of a data set, in parallel."""

import os
import os.path as osp
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from .cache import FactsCache
from .clips import Clip, Preparation
from .folder_facts import fill_axis, inspect_flow, inspect_frames, inspect_image
from .media_facts import Facts, inspect_media, sound_beside

MISSING = 'missing'


@dataclass(frozen=True)
class Target:
    """One thing to look at: a path under the root and how to look."""

    path: str
    kind: str
    template: str = ''


class Inspector:
    """Find out the facts of a data set's files.

    Args:
        preparation (Preparation): The data set.
        cache (FactsCache): Where facts are kept.
        open_files (bool): Whether to look into files. Otherwise they only must exist,
            and pictures in folders are counted.
    """

    def __init__(
        self, preparation: Preparation, cache: FactsCache, open_files: bool = True
    ) -> None:
        self.preparation = preparation
        self.cache = cache
        self.open_files = open_files
        self.facts: dict[Target, Facts] = {}
        self._targets: dict[tuple[str, str], Target] = {}

    def target(self, source: str, clip: Clip) -> Target:
        """What to look at for one source of a clip."""
        key = source, clip.sources[source]
        # A file is asked for again and again, but searched on the (slow) disk once.
        if key not in self._targets:
            self._targets[key] = self._target(source, clip)
        return self._targets[key]

    def _target(self, source: str, clip: Clip) -> Target:
        kind = self.preparation.kinds[source]
        path = self.preparation.path(source, clip)
        if kind in ('frames', 'flow'):
            return Target(path, kind, self.preparation.templates[source])
        if kind == 'sound':
            full = Path(self.preparation.root, path)
            beside = None if full.exists() else sound_beside(str(full))
            path = str(Path(path).with_name(beside.name)) if beside else path
        # A file with pictures and sound is opened once for both.
        return Target(path, kind if kind == 'image' else 'media')

    def look_at_all(self, workers: int) -> None:
        """Find out the facts of all clips, with a progress bar."""
        targets = {
            self.target(source, clip)
            for clips in self.preparation.splits.values()
            for clip in clips
            for source in clip.sources
        }
        # PyAV and Pillow work without the interpreter's lock, so threads suffice.
        pool = ThreadPoolExecutor(workers)
        try:
            futures = {
                pool.submit(self._look_at, t): t for t in sorted(targets, key=str)
            }
            name = self.preparation.name
            for future in tqdm(as_completed(futures), name, len(futures), unit='file'):
                self.facts[futures[future]] = future.result()
        finally:
            pool.shutdown(cancel_futures=True)

    def __getitem__(self, key: tuple[str, Clip]) -> Facts:
        """Facts of a source of a clip."""
        return self.facts[self.target(*key)]

    def _look_at(self, target: Target) -> Facts:
        path = osp.join(self.preparation.root, target.path)
        places = [path]
        if target.kind == 'flow':
            axes = self.preparation.axes
            places = [fill_axis(path, target.template, axis)[0] for axis in axes]
        try:
            stats = [os.stat(place) for place in places]
        except OSError:
            return Facts(fault=MISSING)
        if not self.open_files and target.kind in ('media', 'image'):
            return Facts(pictures=True, sound=True)
        stamp = ' '.join(f'{stat.st_size}:{stat.st_mtime_ns}' for stat in stats)
        key = ' '.join([target.kind, target.template, target.path])
        facts = self.cache.get(key, stamp)
        if facts is None:
            facts = self._inspect(target, path)
            self.cache.add(key, stamp, facts)
        return facts

    def _inspect(self, target: Target, path: str) -> Facts:
        if target.kind == 'frames':
            return inspect_frames(path, target.template)
        if target.kind == 'flow':
            return inspect_flow(path, target.template, self.preparation.axes)
        return inspect_image(path) if target.kind == 'image' else inspect_media(path)
