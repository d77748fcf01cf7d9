import pytest
from mmengine.config import Config

from mm_laziness.utils.config import resolve_config
from mm_laziness.utils.missing.modality_loading import load_only, read_only

pytest_plugins = ['tinyset']


@pytest.fixture
def cfg(tiny, monkeypatch):
    monkeypatch.chdir(tiny.folder)
    return resolve_config(Config.fromfile(tiny.child('joint')))


def test_only_these_are_read(cfg):
    cfg.test_dataloader.batch_size = 8
    before = cfg.to_dict()
    batch = next(iter(load_only(cfg, ['audio'], 'test_dataloader', 'val')))
    assert list(batch['inputs']) == ['audio'] and len(batch['data_samples']) == 8
    loader = load_only(cfg, ['rgb'], 'val_dataloader', 'train', on_error='zeros')
    assert list(next(iter(loader))['inputs']) == ['rgb']
    assert len(loader.dataset) == 12 and loader.dataset.on_error == 'zeros'
    assert not loader.sampler.round_up and not loader.sampler.shuffle
    assert cfg.to_dict() == before


def test_the_branches_tell_what_is_loaded(cfg):
    dataset = cfg.val_dataloader.dataset
    del dataset['modalities']
    cfg.val_dataloader.dataset = dict(type='RepeatDataset', times=1, dataset=dataset)
    read_only(cfg, ['rgb'])
    assert cfg.val_dataloader.dataset.dataset.missing == ['audio']
    # Data sets of MMAction2 know no modalities.
    stock = dict(type='VideoDataset', ann_file='x.txt', pipeline=[])
    cfg.val_dataloader.dataset = dict(stock)
    read_only(cfg, ['rgb'])
    assert cfg.val_dataloader.dataset == stock
