"""What is measured of a finished run, and what is not measured again."""

import json

import pytest
from mmengine.config import Config

from mm_laziness.utils.config import resolve_config
from mm_laziness.utils.missing.results import result_key
from mm_laziness.utils.studies import evaluation
from mm_laziness.utils.studies.evaluation import trained_model, without_each

pytest_plugins = ['tinyset']


@pytest.fixture
def cfg(tiny, monkeypatch, tmp_path):
    """Config of joint training, finished in a folder of its own."""
    monkeypatch.chdir(tiny.folder)
    cfg = resolve_config(Config.fromfile(tiny.child('joint')))
    cfg.work_dir = str(tmp_path)
    (tmp_path / 'best.pth').symlink_to(tiny.trained('joint').absolute())
    return cfg


@pytest.fixture
def measured(monkeypatch):
    """Strategies of each measurement; accuracies are not real."""
    calls = []

    def measure(model, cfg, strategies):
        calls.append(list(strategies))
        key = result_key(model, cfg, 'val_dataloader')
        entry = dict(top1=float(len(calls)), key=key)
        both = dict(rgb=entry, audio=entry)
        return dict(complete=entry, **dict.fromkeys(strategies, both))

    monkeypatch.setattr(evaluation, 'missing_results', measure)
    return calls


def read(folder):
    return json.loads((folder / 'missing.json').read_text())


def test_only_what_is_lacking_is_measured(cfg, measured, tmp_path):
    first = dict(rgb=1.0, audio=1.0)
    assert without_each(cfg, ['zeros']) == dict(zeros=first)
    found = without_each(cfg, ['zeros', 'split'])
    assert found == dict(zeros=first, split=dict(rgb=2.0, audio=2.0))
    assert without_each(cfg, ['split', 'zeros']) == found
    assert measured == [['zeros'], ['split']]
    assert list(read(tmp_path)) == ['complete', 'zeros', 'split']
    # No folder of a Runner is made for a look at the weights.
    assert sorted(p.name for p in tmp_path.iterdir()) == ['best.pth', 'missing.json']


@pytest.mark.parametrize('lost', ['rgb', 'complete'])
def test_what_another_tool_left_incomplete(cfg, measured, tmp_path, lost):
    without_each(cfg, ['zeros', 'mean'])
    kept = read(tmp_path)
    del (kept if lost == 'complete' else kept['zeros'])[lost]
    (tmp_path / 'missing.json').write_text(json.dumps(kept))
    without_each(cfg, ['zeros', 'mean'])
    assert measured[1:] == [['zeros'] if lost == 'rgb' else []]
    kept = read(tmp_path)
    assert 'complete' in kept and sorted(kept['zeros']) == ['audio', 'rgb']


@pytest.mark.parametrize('damage', ['key', 'text'])
def test_results_of_another_model_are_measured_again(cfg, measured, tmp_path, damage):
    without_each(cfg, ['zeros', 'mean'])
    text = (tmp_path / 'missing.json').read_text()
    key = read(tmp_path)['complete']['key']
    other = text.replace(key, 'other') if damage == 'key' else text[:100]
    (tmp_path / 'missing.json').write_text(other)
    assert without_each(cfg, ['zeros']) == dict(zeros=dict(rgb=2.0, audio=2.0))
    # The other strategy's numbers are not of this model.
    assert list(read(tmp_path)) == ['complete', 'zeros']
    cfg.val_dataloader.dataset.ann_file = 'train.txt'
    without_each(cfg, ['zeros'])
    assert measured == [['zeros', 'mean'], ['zeros'], ['zeros']]


def test_without_the_weights_the_file_is_trusted(cfg, measured, tmp_path):
    found = without_each(cfg, ['zeros'])
    (tmp_path / 'best.pth').unlink()
    assert without_each(cfg, ['zeros']) == found
    with pytest.raises(FileNotFoundError, match='best.pth does not exist; remove'):
        without_each(cfg, ['zeros', 'mean'])
    (tmp_path / 'missing.json').unlink()
    with pytest.raises(FileNotFoundError, match='best.pth does not exist; remove'):
        without_each(cfg, ['zeros'])


def test_the_trained_model(tiny, cfg):
    model = trained_model(cfg)
    assert not model.training
    trained = tiny.state_of(tiny.trained('joint'))
    tiny.assert_equal_states(trained, dict(model.state_dict()))
