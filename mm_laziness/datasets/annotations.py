"""Read annotation files: MMAction2's text lists and CSV files with a header."""

import csv
from pathlib import Path
from typing import Any

# Columns of a CSV file that are not sources.
_RESERVED = ('label', 'total_frames', 'start', 'end')


def read_annotations(path: str, multi_class: bool = False) -> list[dict[str, Any]]:
    """Read an annotation file into one dict per sample.

    Args:
        path (str): A ``.csv`` file with a header (``label``, one column per source,
            optional ``total_frames`` and ``start``, ``end`` in seconds), or a text
            list in MMAction2's format, ``path [total_frames] label``.
        multi_class (bool): Whether a sample has several labels.

    Returns:
        list[dict]: ``sources`` (dict of paths by source, or one path for all),
        ``label`` (int, or list of int if ``multi_class``) and whatever of
        ``total_frames``, ``start`` and ``end`` the file gives.

    Raises:
        FileNotFoundError: If the file does not exist.
        ValueError: If it is empty, not text, or a line cannot be read (it is named).
    """
    if not Path(path).is_file():
        raise FileNotFoundError(
            f'annotation file {path} does not exist; set data_root and ann_file, or '
            'make the file with the commands under tools/data/'
        )
    reader = _read_csv if path.endswith('.csv') else _read_list
    try:
        samples = reader(path, multi_class)
    except UnicodeDecodeError as error:
        raise ValueError(f'{path} is not a text file in UTF-8: {error}') from error
    if not samples:
        raise ValueError(f'annotation file {path} holds no sample')
    return samples


def _read_list(path: str, multi_class: bool) -> list[dict[str, Any]]:
    samples = []
    # Some published lists begin with a byte order mark.
    for number, line in enumerate(Path(path).read_text('utf-8-sig').splitlines(), 1):
        if not line.strip():
            continue
        where = f'{path}, line {number}'
        if multi_class:
            name, *labels = line.split()
            sample: dict[str, Any] = dict(
                sources=name, label=_labels(' '.join(labels), where)
            )
        else:
            # From the right, since a path may hold spaces.
            name, _, label = line.strip().rpartition(' ')
            sample = dict(label=_label(label, where))
            head, _, count = name.rpartition(' ')
            if head and count.isdigit():
                name, sample['total_frames'] = head, int(count)
            sample['sources'] = name.strip()
        if not sample['sources']:
            raise ValueError(f'{where}: expected "path [total_frames] label": {line!r}')
        samples.append(sample)
    return samples


def _read_csv(path: str, multi_class: bool) -> list[dict[str, Any]]:
    samples = []
    with open(path, newline='', encoding='utf-8-sig') as file:
        rows = csv.DictReader(file)
        columns = rows.fieldnames or []
        sources = [name for name in columns if name not in _RESERVED]
        if 'label' not in columns or not sources:
            raise ValueError(
                f'{path}: the header needs a column "label" and one per source (rgb, '
                f'audio, ...), but got {list(columns)}'
            )
        for row in rows:
            where = f'{path}, line {rows.line_num}'
            if None in row or None in row.values():
                raise ValueError(
                    f'{where}: expected {len(columns)} cells as in the header; quote '
                    'cells that hold a comma'
                )
            read = _labels if multi_class else _label
            sample: dict[str, Any] = dict(
                sources={name: row[name] for name in sources},
                label=read(row['label'], where),
            )
            for key, convert in (
                ('total_frames', int),
                ('start', float),
                ('end', float),
            ):
                if row.get(key):
                    sample[key] = _number(row[key], convert, key, where)
            if sample.get('end', float('inf')) <= sample.get('start', 0.0):
                raise ValueError(f'{where}: end must be later than start')
            samples.append(sample)
    return samples


def _number(text: str, convert: type, name: str, where: str) -> Any:
    try:
        return convert(text)
    except ValueError:
        raise ValueError(
            f'{where}: {name} must be a number ({convert.__name__}), but got {text!r}'
        ) from None


def _label(text: str, where: str) -> int:
    parts = text.replace(';', ' ').replace(',', ' ').split()
    if len(parts) > 1 and all(part.isdigit() for part in parts):
        raise ValueError(
            f'{where}: several labels {parts}, but the methods here assume one label '
            'per sample; keep one, or set multi_class=True for a method that takes '
            'several'
        )
    return int(_number(text, int, 'label', where))


def _labels(text: str, where: str) -> list[int]:
    parts = text.replace(';', ' ').replace(',', ' ').split()
    return [int(_number(part, int, 'label', where)) for part in parts]
