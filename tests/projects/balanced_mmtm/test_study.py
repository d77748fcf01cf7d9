"""A study of the project's methods beside those of the repository."""

import json
from pathlib import Path

import pytest
from tinyset import undrawn

pytest_plugins = ['tinyset']

CONFIGS = Path(__file__).parents[3] / 'projects' / 'balanced_mmtm' / 'configs'
METHODS = ('audio', 'mmtm')


def study(tiny, folder, *arguments):
    return tiny.tool(
        *('study', 'slim_avdigits', '--work-dir', folder, '--config-dir'),
        *(tiny.configs, CONFIGS, '--baseline', 'mmtm', *arguments),
        *('--cfg-options', f'data_root={tiny.data}', 'num_classes=3'),
        *('train_dataloader.batch_size=4', 'train_cfg.max_epochs=1'),
    )


@pytest.fixture(scope='module')
def done(tiny):
    folder = tiny.folder / 'mmtm_study'
    watching = ('--monitor', '--probe-interval', 1, '--missing', 'zeros', 'split')
    with undrawn():
        printed = study(tiny, folder, '--methods', *METHODS, *watching)
    return folder, printed


def read(path):
    return json.loads(path.read_text())


def test_it_measures_what_can_be_measured(done):
    folder, printed = done
    assert 'FAILED' not in printed
    results = read(folder / 'results.json')
    assert list(results) == list(METHODS)
    assert list(results['audio']['probe_top1']) == ['audio']
    entry = results['mmtm']
    assert list(entry['unimodal_top1']) == ['rgb', 'audio']
    assert entry['probe_top1'] == {} and 'missing_top1' not in entry
    epochs = read(folder / 'mmtm' / 'seed0' / 'laziness.json')['epochs']
    assert len(epochs) == 1
    for own in epochs[-1]['modalities'].values():
        assert {'val_top1', 'grad_norm'} <= set(own) and 'probe_top1' not in own
    report = (folder / 'report.md').read_text()
    assert 'The encoders of `mmtm` feed each other' in report


def test_their_encoders_are_not_probed_by_the_tool_either(tiny, done):
    cell = done[0] / 'mmtm' / 'seed0'
    with pytest.raises(SystemExit, match='encoders of MMTMRecognizer feed each other'):
        tiny.tool('probe_encoders', cell / 'config.py', cell / 'best.pth')
    arguments = (cell / 'config.py', cell / 'best.pth', '--missing', 'audio')
    with pytest.raises((SystemExit, ValueError), match='cannot do without a modality'):
        tiny.tool('test', *arguments, '--work-dir', 'tested')
