import pytest
from mmengine.config import Config

from mm_laziness.utils.probing.evaluation_data import (
    evaluation_config,
    restrict_modalities,
    take_data,
)


def loader(ann_file, kind='VideoDataset', **settings):
    return dict(batch_size=2, dataset=dict(type=kind, ann_file=ann_file, **settings))


def test_training_samples_keep_their_own_place_and_nothing_else():
    train = loader('all.pkl', split='a', data_prefix=dict(video='x'), pipeline=['crop'])
    val = loader('all.pkl', split='b', pipeline=['look'], test_mode=True)
    cfg = Config(dict(train_dataloader=train, test_dataloader=val))
    found = evaluation_config(cfg, 'train').dataset
    assert found.split == 'a' and found.data_prefix == dict(video='x')
    assert found.pipeline == ['look'] and found.test_mode
    # Without val_dataloader it is the test that is evaluated.
    assert evaluation_config(cfg, 'val').dataset == val['dataset']


def test_what_is_missing_is_named():
    with pytest.raises(ValueError, match='neither val_dataloader nor test_dataloader'):
        evaluation_config(Config(dict(train_dataloader=loader('a'))), 'train')
    with pytest.raises(ValueError, match='has no train_dataloader'):
        evaluation_config(Config(dict(val_dataloader=loader('a'))), 'train')


def test_only_our_data_sets_know_modalities():
    ours = loader('a', 'MultiModalDataset', modalities=['front', 'rear'])
    cfg = Config(dict(train_dataloader=ours, val_dataloader=loader('b')))
    found = restrict_modalities(cfg, ['rear'])
    assert found.train_dataloader.dataset.modalities == ['rear']
    assert 'modalities' not in found.val_dataloader.dataset
    assert cfg.train_dataloader.dataset.modalities == ['front', 'rear']


def test_data_of_another_config():
    cfg = Config(dict(model=1, train_dataloader=loader('a'), test_dataloader=None))
    other = Config(dict(model=2, train_dataloader=loader('b'), val_dataloader=None))
    other.test_dataloader = loader('c')
    take_data(cfg, other)
    assert cfg.model == 1
    assert cfg.train_dataloader.dataset.ann_file == 'b'
    assert cfg.test_dataloader.dataset.ann_file == 'c'
    assert cfg.val_dataloader is None
