"""The benchmark of training steps, on sizes at which it takes little time."""

import importlib
import re
import sys
from pathlib import Path

import pytest
from mmaction.registry import MODELS
from tinyset import quick_runs

TOOLS = Path(__file__).parents[2] / 'tools' / 'benchmark'


def test_a_table_of_steps_and_their_floors(monkeypatch, capsys):
    monkeypatch.syspath_prepend(str(TOOLS))
    sizes = ['--encoders', 'r18', '--batch-size', '2', '--picture', '32']
    options = ['--rounds', '1', '--methods', 'umt', 'di_mml']
    monkeypatch.setattr(sys, 'argv', ['step_time.py', *sizes, *options])
    with quick_runs():
        importlib.import_module('step_time').main()
    # What the Runners say comes before.
    printed = capsys.readouterr().out.partition('r18, batch 2')
    header, _, *lines = ''.join(printed[1:]).splitlines()
    assert 'r18, batch 2' in header and 'medians of 1 rounds' in header
    rows = [re.split(r' *\| *', line)[1:-1] for line in lines[2:]]
    assert [(row[0], row[3].split(' ', 1)[1]) for row in rows] == [
        *[('joint', '(joint)'), ('umt', '(joint + encoders_forward)')],
        ('di_mml', '(joint)'),
    ]
    assert rows[0][2] == '1.000' and rows[0][4] == '+0.0 %'
    assert all(float(row[1]) > 0 for row in rows)
    assert float(rows[1][3].split()[0]) > 1


@pytest.mark.parametrize('encoders', ['r18', 'r50'])
def test_default_methods_fit_the_encoders(monkeypatch, encoders):
    monkeypatch.syspath_prepend(str(TOOLS))
    from methods import METHODS, WIDTHS, methods_for

    names = methods_for(encoders)
    assert set(METHODS) - set(names) == (
        {'attention', 'di_mml'} if encoders == 'r50' else set()
    )
    for name in names:
        head = {'type': 'LinearFusionHead', 'num_classes': 3, **METHODS[name].head}
        MODELS.build(dict(head, in_channels=WIDTHS[encoders]))
