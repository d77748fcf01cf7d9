"""The benchmark of the monitor, on sizes at which it takes little time."""

import importlib
import json
import re
import statistics
import sys
from pathlib import Path

import pytest
from tinyset import quick_runs

TOOLS = Path(__file__).parents[2] / 'tools' / 'benchmark'


def test_ratios_and_quartiles(monkeypatch):
    monkeypatch.syspath_prepend(str(TOOLS))
    from monitor import compare

    seconds = dict(joint=[1.0, 2.0, 4.0, 1.0, 1.0], seen=[1.5, 2.0, 4.0, 1.25, 2.0])
    # Ratios: 1.5, 1, 1, 1.25, 2.
    found = compare(seconds, 'seen')
    assert found == dict(seconds=2.0, ratio=1.25, quartiles=[1.0, 1.5])
    assert compare(dict(joint=[2.0], seen=[3.0]), 'seen')['quartiles'] == [1.5, 1.5]


def test_a_table_of_runs_side_by_side(tmp_path, monkeypatch, capsys):
    monkeypatch.syspath_prepend(str(TOOLS))
    out = tmp_path / 'monitor.json'
    sizes = ['--encoders', 'r18', '--batch-size', '2', '--picture', '32']
    options = ['--rounds', '1', '--epoch-steps', '10', '--out', str(out)]
    monkeypatch.setattr(sys, 'argv', ['monitor.py', *sizes, *options])
    with quick_runs():
        importlib.import_module('monitor').main()
    # What the Runners say comes before.
    printed = capsys.readouterr().out.partition('r18, batch 2, ')
    header, _, *lines = ''.join(printed[1:]).splitlines()
    assert 'r18, batch 2, ' in header
    rows = [re.split(r' *\| *', line)[1:-1] for line in lines[2:5]]
    names = ['without', 'without, again', 'with the hook']
    assert [row[0] for row in rows] == names
    assert rows[0][2] == '1.0000'
    found = json.loads(out.read_text())
    assert [*found['rows']] == names and found['epoch_end'] > 0
    assert len(found['shares']) == 3 and all(0 < own < 1 for own in found['shares'])
    per_step = found['epoch_end'] / 10 / found['rows']['without']['seconds']
    middle = statistics.median(found['shares'])
    assert found['share'] == pytest.approx(middle + per_step)
    assert f'takes {100 * found["share"]:.2f} % of the time' in lines[-1]
