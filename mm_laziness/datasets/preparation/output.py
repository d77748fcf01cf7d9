"""Write files whole or not at all, and nothing over somebody else's."""

import csv
import hashlib
import io
import json
import os
from pathlib import Path

from .clips import Clip, Preparation

_RECORD = 'annotations/.written.json'


def annotation_text(split: str, clips: list[Clip], preparation: Preparation) -> str:
    """The text of a split's annotation file, a ``.csv`` or MMAction2's list.

    Raises:
        ValueError: If a list cannot name the sources, which are not one file, or the
            folder that the paths should leave out is not theirs.
    """
    path = preparation.file(split)
    paths = [_paths(clip, preparation.omit.get(split, '')) for clip in clips]
    if not path.endswith('.csv'):
        for names in paths:
            if len(set(names.values())) > 1:
                raise ValueError(f'{path}: a list names one file, but got {names}')
        return ''.join(
            f'{names[preparation.clock]} {clip.label}\n'
            for clip, names in zip(clips, paths, strict=True)
        )
    optional = [
        name
        for name in ('total_frames', 'start', 'end')
        if any(getattr(clip, name) is not None for clip in clips)
    ]
    text = io.StringIO()
    rows = csv.writer(text, lineterminator='\n')
    rows.writerow(['label', *preparation.folders, *optional])
    for clip, names in zip(clips, paths, strict=True):
        cells = [names[source] for source in preparation.folders]
        rows.writerow([clip.label, *cells, *(getattr(clip, n) for n in optional)])
    return text.getvalue()


def _paths(clip: Clip, omit: str) -> dict[str, str]:
    if not omit:
        return clip.sources
    prefix = f'{omit}/'
    for path in clip.sources.values():
        if not path.startswith(prefix):
            raise ValueError(f'{path} is not under {omit}, which the config prefixes')
    return {name: path[len(prefix) :] for name, path in clip.sources.items()}


def written_files(root: str | Path) -> set[str]:
    """The annotation files, relative to ``root``, that are still as we wrote them."""
    return {
        name
        for name, digests in _read_record(root).items()
        if _digest(Path(root, name)) in digests
    }


def check_overwriting(root: str | Path, names: list[str], force: bool) -> None:
    """Refuse to write over annotation files that are not ours.

    Raises:
        ValueError: If one exists that we did not write, or that was changed since.
    """
    ours = written_files(root)
    others = [n for n in names if n not in ours and Path(root, n).exists()]
    if others and not force:
        raise ValueError(
            f'{", ".join(others)} under {root} was not written by this tool, or was '
            'changed since; move it away, or give --force to overwrite it'
        )


def write_annotations(root: str | Path, texts: dict[str, str]) -> list[str]:
    """Write annotation files and record that they are ours.

    Args:
        root (str | Path): The data set's folder.
        texts (dict[str, str]): Texts by path relative to ``root``.

    Returns:
        list[str]: Files of an earlier run that no longer belong to the set and were
        removed, such as a validation split that was cut from training.
    """
    ours = written_files(root)
    new = {
        name: hashlib.sha256(text.encode()).hexdigest() for name, text in texts.items()
    }
    record = _read_record(root)
    for name, digest in new.items():
        record[name] = [*record.get(name, []), digest]
    # First the record: a run killed in between still owns what it wrote.
    write_text(Path(root, _RECORD), json.dumps(record, indent=1) + '\n')
    for name, text in texts.items():
        write_text(Path(root, name), text)
    stale = sorted(ours - set(texts))
    for name in stale:
        Path(root, name).unlink()
    record = {name: [digest] for name, digest in new.items()}
    write_text(Path(root, _RECORD), json.dumps(record, indent=1) + '\n')
    return stale


def write_text(path: Path, text: str) -> None:
    """Write a file that has its name only when it is complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f'.{path.name}.part')
    temporary.write_text(text, 'utf-8')
    os.replace(temporary, path)


def _digest(path: Path) -> str | None:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None


def _read_record(root: str | Path) -> dict[str, list[str]]:
    path = Path(root, _RECORD)
    try:
        return dict(json.loads(path.read_text('utf-8'))) if path.is_file() else {}
    except ValueError:
        return {}
