"""Curves of models that were trained on one modality alone."""

import json
from collections.abc import Mapping
from pathlib import Path

from .laziness_history import LAZINESS_FILE

Curve = dict[int, float]  # by epochs finished, in percent


def read_references(
    references: Mapping[str, str], names: list[str]
) -> dict[str, Curve]:
    """Validation accuracies of reference runs.

    Args:
        references (Mapping[str, str]): By modality a run's work folder, its
            ``laziness.json`` or a ``scalars.json`` of MMEngine's.
        names (list[str]): The modalities of the run that is compared.

    Returns:
        dict[str, dict[int, float]]: By modality and epoch (epochs finished, 1 is the
        first) top-1 in percent.

    Raises:
        ValueError: If a modality is unknown, or a file holds no accuracy of it.
        FileNotFoundError: If there is no log.
    """
    if unknown := [name for name in references if name not in names]:
        raise ValueError(
            f'references of LazinessMonitorHook names {unknown}, but the modalities '
            f'of the model are {names}; set references for some of these'
        )
    return {name: read_curve(path, name) for name, path in references.items()}


def read_curve(path: str, modality: str) -> Curve:
    """Top-1 of one modality over the epochs of a run; see :func:`read_references`."""
    place = Path(path)
    if place.is_file():
        files = [place]
    elif (place / LAZINESS_FILE).is_file():
        files = [place / LAZINESS_FILE]
    else:
        # Named after the time they began at: a resumed run has several.
        files = sorted(place.glob('*/vis_data/scalars.json'))
    if not files:
        raise FileNotFoundError(
            f'the reference of {modality!r}, {path}, holds neither {LAZINESS_FILE} nor '
            '*/vis_data/scalars.json; train the model of this modality alone '
            '(python tools/train.py CONFIG) and set references to its work folder, or '
            'leave it out'
        )
    curve: Curve = {}
    for file in files:
        found = _accuracies(file, modality)
        # What a resumed run has logged again replaces what came later before.
        curve = {e: v for e, v in curve.items() if e < min(found, default=e + 1)}
        curve.update(found)
    if not curve:
        raise ValueError(
            f'the reference of {modality!r}, {path}, has no validation accuracy of any '
            'epoch; train with val_cfg, val_dataloader and '
            "val_evaluator=dict(type='ModalityAccuracy')"
        )
    return curve


def _accuracies(file: Path, modality: str) -> Curve:
    text = file.read_text()
    try:
        whole = json.loads(text)
    except json.JSONDecodeError:
        whole = None
    if isinstance(whole, dict) and 'epochs' in whole:
        found = {
            entry['epoch']: {
                name: numbers['val_top1']
                for name, numbers in entry['modalities'].items()
                if 'val_top1' in numbers
            }
            for entry in whole['epochs']
        }
    else:
        found = {}
        for line in map(_line, text.splitlines()):
            if 'acc/top1' in line and 'step' in line:
                found[line['step']] = _by_modality(line)
    names = {name for accuracies in found.values() for name in accuracies}
    if not names:
        return {}
    own = _name_in(sorted(names), modality, file)
    return {e: accuracies[own] for e, accuracies in found.items() if own in accuracies}


def _line(text: str) -> dict:
    # A killed run may have left half a line, and other tools other lines.
    try:
        line = json.loads(text)
    except json.JSONDecodeError:
        return {}
    return line if isinstance(line, dict) else {}


def _by_modality(line: dict) -> dict[str, float]:
    ends = '_top1'
    own = {
        key.removeprefix('acc/').removesuffix(ends): 100 * value
        for key, value in line.items()
        if key.startswith('acc/') and key.endswith(ends)
    }
    # MMAction2's metrics know no modality.
    return own or {'': 100 * line['acc/top1']}


def _name_in(names: list[str], modality: str, file: Path) -> str:
    if modality in names:
        return modality
    # A uni-modal model may have called it something else.
    if len(names) == 1:
        return names[0]
    raise ValueError(
        f'the reference of {modality!r}, {file}, is of {names}; set references to a '
        f'run that is trained on {modality!r} alone'
    )
