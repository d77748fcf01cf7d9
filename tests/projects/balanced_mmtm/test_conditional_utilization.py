"""The command, on a model that has just been trained."""

import json
import runpy
from pathlib import Path

import pytest

pytest_plugins = ['tinyset']

PROJECT = Path(__file__).parents[3] / 'projects' / 'balanced_mmtm'
TOOL = '../projects/balanced_mmtm/conditional_utilization'


@pytest.fixture(scope='module')
def run(tiny):
    """A config of MMTM and its work folder, after two epochs."""
    configs = PROJECT / 'configs'
    every = dict(checkpoint=dict(max_keep_ckpts=-1), logger=dict(interval=1))
    path = tiny.child('mmtm_guided', configs=configs, default_hooks=every)
    tiny.train(path)
    return path, tiny.work_dir('mmtm_guided')


def test_numbers_of_a_run(tiny, run):
    path, folder = run
    printed = tiny.tool(TOOL, path, folder / 'epoch_2.pth')
    kept = json.loads((folder / 'utilization.json').read_text())
    assert (kept['num_train'], kept['num_test']) == (12, 8)
    assert kept['checkpoint'] == str(folder / 'epoch_2.pth')
    assert list(kept['branches']) == ['rgb', 'audio']
    # With the flow on they are the accuracies of a test.
    metrics = tiny.metrics(tiny.test(path, folder / 'epoch_2.pth'))
    for name, branch in kept['branches'].items():
        assert branch['full'] == pytest.approx(100 * metrics[f'acc/{name}_top1'])
        assert f'{branch["full"]:.2f}' in printed
    assert (folder / 'utilization.png').stat().st_size > 5000
    # The folder of the run stands for its checkpoint.
    out = tiny.folder / 'elsewhere'
    tiny.tool(TOOL, path, folder, '--out', out)
    again = json.loads((out / 'utilization.json').read_text())
    assert list(again) == list(kept) and again['num_train'] == 12


def test_bad_input(tiny, run):
    path, folder = run
    joint = tiny.child('joint')
    with pytest.raises(SystemExit, match='between the branches of an MMTMRecognizer'):
        tiny.tool(TOOL, joint, folder / 'epoch_2.pth')
    with pytest.raises(SystemExit, match='nowhere.pth does not exist'):
        tiny.tool(TOOL, path, 'nowhere.pth')


def test_learning_speeds_of_the_run(tiny, run, monkeypatch, capsys):
    picture = tiny.folder / 'speeds.png'

    def plot(*words):
        # Not as other tools: it takes no settings.
        monkeypatch.setattr('sys.argv', ['plot', *words, '--out', str(picture)])
        runpy.run_path(PROJECT / 'plot_learning_speeds.py', run_name='__main__')

    plot(f'guided={run[1]}')
    assert str(picture) in capsys.readouterr().out
    assert picture.stat().st_size > 5000
    with pytest.raises(SystemExit, match="log of 'data' has no learning speeds"):
        plot(f'data={tiny.data}')
    with pytest.raises(SystemExit) as error:
        plot('guided')
    assert error.value.code == 2 and 'NAME=FOLDER' in capsys.readouterr().err
