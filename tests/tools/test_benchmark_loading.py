"""The benchmark of the data path, on sizes at which it takes little time."""

import importlib
import json
import re
import sys
from pathlib import Path

import pytest

from mm_laziness.utils.random import sample_random_state

TOOLS = Path(__file__).parents[2] / 'tools' / 'benchmark'
NAMES = ['rgb', 'rgb+sound', 'rgb+npy']
TINY = ['--seconds', '2', '--size', '64', '48', '--clip-len', '2', '--copies', '2']


@pytest.fixture
def tool(monkeypatch):
    """The script as a module, since a process of its own takes long to start."""
    monkeypatch.syspath_prepend(str(TOOLS))
    return importlib.import_module('loading')


def run(tool, monkeypatch, folder, *options):
    saved = folder / 'numbers.json'
    options = [*TINY, *options, '--json', str(saved)]
    monkeypatch.setattr(sys, 'argv', ['loading.py', *options])
    tool.main()
    return json.loads(saved.read_text())


def test_rates_and_ratios_of_three_pipelines(tool, monkeypatch, tmp_path, capsys):
    saved = run(tool, monkeypatch, tmp_path, '--rounds', '3', '--clips', '2')
    text = capsys.readouterr().out
    assert '2 frames x 8' in text and '2 s of 64 x 48 at 30 fps' in text
    assert 'medians (quartiles) of 3 rounds' in text
    assert saved['settings']['sound_rate'] == 44100
    for clock in ('cpu', 'wall'):
        rates = saved['clips_per_second'][clock]
        assert list(rates) == NAMES
        ratios = saved['ratios'][clock]
        assert list(ratios) == ['rgb+sound / rgb', 'rgb+sound / rgb+npy']
        for median, low, high in [*rates.values(), *ratios.values()]:
            assert 0 < low <= median <= high
    verdicts = re.findall(r'at most ([\d.]+) x (\S+): (?:NOT )?reached', text)
    assert verdicts == [('1.2', 'rgb'), ('1.15', 'rgb+npy')]


def test_memory_of_a_worker(tool, monkeypatch, tmp_path, capsys):
    saved = run(tool, monkeypatch, tmp_path, '--memory', '30', '--clips', '2')
    text = capsys.readouterr().out
    assert [row[0] for row in saved['rows']] == [10, 20, 30]
    assert all(mib > 10 and files > 3 for _, mib, files in saved['rows'])
    assert text.count('open files') == 4
    # What is left open grows by one a clip.
    assert saved['growth_files'] < 10
    assert re.search(r'flat: [+-][\d.]+ MiB from', text)


def test_all_load_the_same_pictures(tool, tmp_path):
    tool.write_tree(tmp_path, 2, 4.0, (64, 48), 48000)
    datasets = tool.build_datasets(tmp_path, 2, 4, 4, 4)
    inputs = {}
    for name in NAMES:
        with sample_random_state(0, 0, 3):
            inputs[name] = datasets[name][3]['inputs']
    pictures = inputs['rgb']
    assert pictures.shape == (1, 3, 4, 224, 224)
    assert (inputs['rgb+sound']['rgb'] == pictures).all()
    assert (inputs['rgb+npy']['imgs'] == pictures).all()
    assert inputs['rgb+npy']['audios'].shape == (1, 1, 128, 80)
    sound = inputs['rgb+sound']['audio']
    assert sound.shape == (1, 32512) and 0.05 < sound.std() < 0.5


def test_too_few_clips_for_memory(tool, monkeypatch, capsys):
    monkeypatch.setattr(sys, 'argv', ['loading.py', '--memory', '2'])
    with pytest.raises(SystemExit):
        tool.main()
    assert '--memory needs at least 3 clips, but got 2' in capsys.readouterr().err
