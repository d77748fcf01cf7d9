"""Run the commands under tools/data/ in this process, which saves their imports."""

import csv
import importlib
import importlib.util
import json
import sys
from pathlib import Path

import pytest

# The subpackage has a function of that name.
RUN = importlib.import_module('mm_laziness.datasets.preparation.run')
TOOLS = Path(__file__).resolve().parents[1] / 'tools/data'


def load_tool(dataset):
    """The module ``tools/data/<dataset>/prepare.py``; its neighbours are found, too."""
    folder = TOOLS / dataset
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    name = f'prepare_{dataset}'
    spec = importlib.util.spec_from_file_location(name, folder / 'prepare.py')
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def prepare(tool, root, *args, sample=False):
    """Run the command, all of it but the figure; return its ``summary.json``.

    Only with ``sample`` is one loaded through the config, which takes a second.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RUN, 'draw_summary', lambda *_: None)
        if not sample:
            patch.setattr(RUN, 'load_sample', lambda *_: dict(config='', error='no'))
        tool.main(['--root', str(root), '--workers', '2', *map(str, args)])
    return json.loads((root / 'annotations/summary.json').read_text())


def rows(root, split):
    """Rows of an annotation file (or other CSV beside it) as dicts."""
    with open(root / 'annotations' / f'{split}.csv', newline='') as file:
        return list(csv.DictReader(file))


def shapes(summary):
    """Shapes of the sample that was loaded, by modality."""
    inputs = summary['sample'].get('inputs')
    assert inputs, summary['sample']
    return {name: tuple(value['shape']) for name, value in inputs.items()}


def same_annotations(root, other):
    """Whether both roots hold the same annotation files, all of them or more."""
    names = {path.name for path in (other / 'annotations').iterdir()}
    assert names
    return {name: (root / 'annotations' / name).read_text() for name in names} == {
        name: (other / 'annotations' / name).read_text() for name in names
    }
