"""The benchmark of functions, on sizes at which it takes no time."""

import importlib
import multiprocessing
import re
import sys
from pathlib import Path

TOOLS = Path(__file__).parents[2] / 'tools' / 'benchmark'


def test_a_table_of_what_both_take(monkeypatch, capsys):
    monkeypatch.syspath_prepend(str(TOOLS))
    tool = importlib.import_module('functions')
    # Processes that are spawned import for seconds.
    fork = multiprocessing.get_context('fork')
    monkeypatch.setattr(tool.multiprocessing, 'get_context', lambda kind: fork)
    sizes = ['--batches', '4', '8', '--width', '64', '--samples', '6000']
    options = ['--device', 'cpu', '--classes', '40', '--repeats', '2']
    monkeypatch.setattr(sys, 'argv', ['functions.py', *sizes, *options])
    tool.main()
    printed = capsys.readouterr().out
    assert 'cpu, 1 thread(s)' in printed and 'medians of 2 repeats' in printed
    rows = [re.split(r' *\| *', line)[1:-1] for line in printed.splitlines()[2:]]
    assert [row[0].split(',')[0] for row in rows[2:]] == [
        *['DUC loss and gradient'] * 2,
        'separation of dimensions',
        *['OGM scores'] * 2,
    ]
    for _, ours, plain, ratio, _ in rows[2:]:
        assert float(ours) > 0 and float(plain) > 0 and float(ratio) > 0
    # 6000 x 40 x 64 distances in float32 are 58.6 MiB, which only one of both keeps.
    ours, plain = map(float, rows[4][4].split(' / '))
    assert ours < 30 < 58 < plain
