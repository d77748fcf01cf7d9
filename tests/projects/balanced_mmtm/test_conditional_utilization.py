"""The commands, on a run that has just been trained."""

import json
import runpy
from pathlib import Path

import pytest
from tinyset import undrawn

pytest_plugins = ['tinyset']

PROJECT = Path(__file__).parents[3] / 'projects' / 'balanced_mmtm'
TOOL = '../projects/balanced_mmtm/conditional_utilization'


@pytest.fixture(scope='module')
def run(tiny):
    """A config of MMTM, its work folder after an epoch, and its last metrics."""
    settings = dict(
        train_cfg=dict(max_epochs=1, val_interval=1),
        default_hooks=dict(logger=dict(interval=1)),
    )
    path = tiny.child('mmtm', configs=PROJECT / 'configs', **settings)
    return path, tiny.work_dir('mmtm'), tiny.metrics(tiny.train(path))


def test_numbers_of_a_run(tiny, run):
    path, folder, metrics = run
    printed = tiny.tool(TOOL, path, folder / 'epoch_1.pth')
    kept = json.loads((folder / 'utilization.json').read_text())
    assert (kept['num_train'], kept['num_test']) == (12, 8)
    assert kept['checkpoint'] == str(folder / 'epoch_1.pth')
    assert list(kept['branches']) == ['rgb', 'audio']
    # With the flow on they are the accuracies of a validation.
    for name, branch in kept['branches'].items():
        assert branch['full'] == pytest.approx(100 * metrics[f'acc/{name}_top1'])
        assert f'{branch["full"]:.2f}' in printed
    assert (folder / 'utilization.png').stat().st_size > 5000


def test_the_folder_of_a_run_stands_for_its_checkpoint(tiny, run):
    out = tiny.folder / 'elsewhere'
    few = [f'{part}_dataloader.dataset.indices=2' for part in ('train', 'test')]
    with undrawn():
        tiny.tool(TOOL, *run[:2], '--out', out, '--cfg-options', *few)
    kept = json.loads((out / 'utilization.json').read_text())
    assert (kept['num_train'], kept['num_test']) == (2, 2)
    assert (out / 'utilization.png').exists()


def test_bad_input(tiny, run):
    path, folder, _ = run
    joint = tiny.child('joint')
    with pytest.raises(SystemExit, match='between the branches of an MMTMRecognizer'):
        tiny.tool(TOOL, joint, folder / 'epoch_1.pth')
    with pytest.raises(SystemExit, match='nowhere.pth does not exist'):
        tiny.tool(TOOL, path, 'nowhere.pth')
    other = ('--cfg-options', 'num_classes=5')
    with pytest.raises(
        SystemExit, match='num_classes=5; add num_classes=[0-9]+ to --c'
    ):
        tiny.tool(TOOL, path, folder / 'epoch_1.pth', *other)
    # Before the measuring, which takes minutes on large data.
    unmeasured = ('--cfg-options', 'train_dataloader=None')
    with pytest.raises(SystemExit, match=f'{path} cannot be written'):
        tiny.tool(TOOL, path, folder, '--out', path, *unmeasured)


def plot(monkeypatch, *words):
    """Not as other tools: it takes no settings."""
    monkeypatch.setattr('sys.argv', ['plot', *map(str, words)])
    runpy.run_path(PROJECT / 'plot_learning_speeds.py', run_name='__main__')


def test_learning_speeds_of_the_run(tiny, run, monkeypatch, capsys):
    picture = tiny.folder / 'speeds.png'
    plot(monkeypatch, f'vanilla={run[1]}', '--out', picture.with_suffix(''))
    assert str(picture) in capsys.readouterr().out
    assert picture.stat().st_size > 5000


def test_runs_that_cannot_be_drawn(tiny, run, monkeypatch, capsys):
    with pytest.raises(SystemExit, match=f'{tiny.data} holds no vis_data/scalars.json'):
        plot(monkeypatch, f'data={tiny.data}')
    log = tiny.folder / 'scalars.json'
    log.write_text('{"iter": 1, "loss": 2.0}\n')
    with pytest.raises(SystemExit, match="log of 'joint' has no learning speeds"):
        plot(monkeypatch, f'joint={log}')
    for words in (['guided'], ['=folder'], [f'a={run[1]}', f'a={tiny.data}']):
        with pytest.raises(SystemExit) as error:
            plot(monkeypatch, *words)
        told = capsys.readouterr().err
        assert error.value.code == 2 and 'NAME=FOLDER, each name once' in told
