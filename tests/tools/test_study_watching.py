"""What a study measures beside accuracies: every epoch, and without a modality."""

import json
from contextlib import nullcontext

import pytest
from tinyset import undrawn

pytest_plugins = ['tinyset']

EPOCHS = 2


def study(tiny, folder, *arguments, drawn=False):
    with nullcontext() if drawn else undrawn():
        return tiny.tool(
            *('study', 'slim_avdigits', '--work-dir', folder),
            *('--config-dir', tiny.configs, '--guidance-from', 'none', *arguments),
            *('--cfg-options', f'data_root={tiny.data}', 'num_classes=3'),
            *('train_dataloader.batch_size=4', f'train_cfg.max_epochs={EPOCHS}'),
        )


def read(path):
    return json.loads(path.read_text())


@pytest.fixture(scope='module')
def plain(tiny):
    """A study that was not watched."""
    folder = tiny.folder / 'plain'
    study(tiny, folder, '--methods', 'joint', 'ume')
    return folder


@pytest.fixture(scope='module')
def monitored(tiny):
    folder = tiny.folder / 'monitored'
    study(tiny, folder, '--methods', 'joint', 'rgb', '--monitor', drawn=True)
    return folder


def test_the_monitor_changes_nothing(tiny, plain, monitored):
    for method in ('rgb', 'joint'):
        cells = [folder / method / 'seed0' for folder in (plain, monitored)]
        best = [tiny.state_of(cell / 'best.pth') for cell in cells]
        tiny.assert_equal_states(*best)
        results = [read(cell / 'result.json') for cell in cells]
        for key in ('top1', 'unimodal_top1', 'probe_top1'):
            assert results[0][key] == results[1][key]
        assert cells[0].joinpath('config.py').read_text().replace('plain', '') == (
            cells[1].joinpath('config.py').read_text().replace('monitored', '')
        )


def test_curves_go_along_those_of_uni_modal_training(plain, monitored):
    single, joint = (
        read(monitored / method / 'seed0' / 'laziness.json')
        for method in ('rgb', 'joint')
    )
    # Uni-modal first, though joint training was named first.
    assert joint['references'] == dict(rgb=str(monitored / 'rgb' / 'seed0'), audio=None)
    assert single['references'] == dict(rgb=None)
    assert [entry['epoch'] for entry in joint['epochs']] == [1, 2]
    for own, reference in zip(joint['epochs'], single['epochs'], strict=True):
        assert own['modalities']['rgb']['reference_top1'] == reference['top1']
    last = read(monitored / 'results.json')['joint']
    assert joint['epochs'][-1]['top1'] == pytest.approx(last['top1'])
    assert not (plain / 'joint' / 'seed0' / 'laziness.json').exists()


def test_finished_cells_are_not_trained_again_for_curves(tiny, plain):
    before = (plain / 'joint' / 'seed0' / 'result.json').stat().st_mtime_ns
    methods = '--methods', 'joint', 'mm_clf', 'ume'
    printed = study(tiny, plain, *methods, '--monitor')
    bare = 'rgb, seed 0, audio, seed 0, joint, seed 0; remove their folders'
    assert f'finished before --monitor, and without curves: {bare}' in printed
    assert (plain / 'joint' / 'seed0' / 'result.json').stat().st_mtime_ns == before
    assert not (plain / 'joint' / 'seed0' / 'laziness.json').exists()
    curves = read(plain / 'mm_clf' / 'seed0' / 'laziness.json')
    # The uni-modal runs have been validated once, in the end.
    first, last = (epoch['modalities']['rgb'] for epoch in curves['epochs'])
    assert 'reference_top1' not in first and 'reference_top1' in last


def test_without_each_modality(tiny, plain):
    study(tiny, plain, '--methods', 'joint', 'ume', '--missing', 'zeros')
    results = read(plain / 'results.json')
    for method in ('joint', 'ume'):
        found = read(plain / method / 'seed0' / 'missing.json')
        assert found['complete']['top1'] == pytest.approx(results[method]['top1'])
        assert results[method]['missing_top1'] == dict(
            zeros={name: found['zeros'][name]['top1'] for name in ('rgb', 'audio')}
        )
    assert 'missing_top1' not in results['rgb']
    # Without one of two modalities an ensemble is the other's model.
    study(tiny, plain, '--methods', 'ume', '--missing', 'zeros', 'split')
    results = read(plain / 'results.json')
    assert results['ume']['missing_top1']['split'] == dict(
        rgb=pytest.approx(results['audio']['top1']),
        audio=pytest.approx(results['rgb']['top1']),
    )
    assert list(results['ume']['missing_top1']) == ['zeros', 'split']
