from types import SimpleNamespace

import pytest
import torch
from mmengine.config import Config

from mm_laziness.datasets import MultiModalDataset
from mm_laziness.utils.config import resolve_config
from mm_laziness.utils.probing import feature_extraction
from mm_laziness.utils.probing.features import (
    evaluation_dataloader,
    extract_features,
    probe_encoders,
    unimodal_features,
)

pytest_plugins = ['tinyset']


@pytest.fixture
def cfg(tiny, monkeypatch):
    """Config of joint training; features of it are loaded where tools run."""
    monkeypatch.chdir(tiny.folder)
    return resolve_config(Config.fromfile(tiny.child('joint')))


def names(loader):
    return [
        sample.filename.removesuffix('.mp4').split('/')[-2:]
        for batch in loader
        for sample in batch['data_samples']
    ]


def test_training_samples_come_in_order_and_without_augmentation(cfg, tiny):
    before = cfg.to_dict()
    loader = evaluation_dataloader(cfg, 'train')
    assert names(loader) == [['train', str(index)] for index in range(12)]
    first, second = (next(iter(loader))['inputs'] for _ in range(2))
    for name in ('rgb', 'audio'):
        assert all(map(torch.equal, first[name], second[name]))
    assert names(evaluation_dataloader(cfg, 'val')) == [
        ['test', str(index)] for index in range(8)
    ]
    assert cfg.to_dict() == before


def test_wrapped_and_several_training_sets_are_all_read_once(cfg):
    own = cfg.train_dataloader.dataset
    parts = [dict(own, indices=[0, 1]), dict(own, ann_file='test.txt', indices=[2])]
    parts[0] = dict(type='RepeatDataset', times=3, dataset=parts[0])
    cfg.train_dataloader.dataset = dict(type='ConcatDataset', datasets=parts)
    found = names(evaluation_dataloader(cfg, 'train'))
    assert sorted(found) == [['test', '2'], ['train', '0'], ['train', '1']]


class Doubled:
    """Two clips per sample: its features, and three times those."""

    modalities = ('front',)
    training = True

    def eval(self):
        self.training = False

    def data_preprocessor(self, batch, training):
        assert not training and not self.training
        return batch

    def extract_feat(self, inputs):
        rows = torch.tensor(inputs, dtype=torch.bfloat16)
        return dict(front=torch.stack([rows, 3 * rows], dim=1).flatten(0, 1))


def test_features_are_averaged_over_clips():
    def batch(*rows):
        samples = [SimpleNamespace(gt_label=torch.tensor([len(row)])) for row in rows]
        return dict(inputs=list(rows), data_samples=samples)

    loader = [batch([1.0, 2.0], [3.0, 4.0]), batch([5.0, 6.0])]
    found = extract_features(Doubled(), loader)
    expected = torch.tensor([[2.0, 4.0], [6.0, 8.0], [10.0, 12.0]])
    assert torch.equal(found['feats']['front'], expected)
    assert found['labels'].tolist() == [2, 2, 2]


def test_probes_see_what_an_encoder_knows(cfg):
    class Oracle(Doubled):
        modalities = ('seen', 'constant')

        def extract_feat(self, inputs):
            # The brightest colour of the tiny set is its class.
            pictures = torch.stack(inputs['rgb']).float()
            seen = pictures.flatten(3).mean(dim=3).squeeze(1)
            return dict(seen=seen, constant=torch.zeros(len(seen), 2))

    hits = probe_encoders(Oracle(), cfg)
    assert hits.labels.tolist() == [0, 1, 2, 0, 1, 2, 0, 1]
    assert hits.right['seen'].tolist() == [True] * 8
    # One class is always named: the samples of that are right.
    constant = hits.right['constant']
    (named,) = hits.labels[constant].unique().tolist()
    assert constant.equal(hits.labels == named)


def test_scores_need_a_uni_modal_classifier(tiny, monkeypatch):
    monkeypatch.chdir(tiny.folder)
    joint = str(tiny.trained('joint'))
    teachers = dict(rgb=str(tiny.trained('rgb')), audio=joint)
    config = tiny.child('umt', 'joint_teacher', model=dict(teachers=teachers))
    cfg = resolve_config(Config.fromfile(config))
    store = tiny.folder / 'joint_teacher' / 'features.pt'
    with pytest.raises(ValueError) as error:
        unimodal_features(cfg, store)
    assert f'checkpoint {joint} has no linear classifier' in str(error.value)
    assert "features of 'audio'" in str(error.value)
    assert not store.exists()


@pytest.fixture
def umt(tiny, monkeypatch):
    """Config of UMT, whose teachers are trained."""
    monkeypatch.chdir(tiny.folder)
    return resolve_config(Config.fromfile(tiny.method('umt')))


def test_features_of_teachers_come_from_where_an_extraction_stopped(
    umt, tmp_path, monkeypatch
):
    store = tmp_path / 'features.pt'
    whole = unimodal_features(umt, tmp_path / 'whole.pt')
    monkeypatch.setattr(feature_extraction, 'PART', 4)
    indices = []
    get = MultiModalDataset.__getitem__

    def getitem(self, index):
        if len(indices) == 9:
            indices.clear()
            raise KeyboardInterrupt
        indices.append(index)
        return get(self, index)

    monkeypatch.setattr(MultiModalDataset, '__getitem__', getitem)
    with pytest.raises(KeyboardInterrupt):
        unimodal_features(umt, store)
    assert not store.exists()
    assert len(list(tmp_path.rglob('part_*.pt'))) == 2
    read = []
    monkeypatch.setattr(
        MultiModalDataset,
        '__getitem__',
        lambda self, index: read.append(index) or get(self, index),
    )
    found = unimodal_features(umt, store)
    # The last part of the training set, then the test set.
    assert read == [8, 9, 10, 11, *range(8)]
    # One file is left, which is what an undisturbed run makes.
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *('features.pt', 'whole.pt')
    ]
    for split in ('train', 'val'):
        for kind in ('feats', 'scores'):
            for name in ('rgb', 'audio'):
                pair = found[split][kind][name], whole[split][kind][name]
                torch.testing.assert_close(*pair)
    unimodal_features(umt, store)
    assert len(read) == 12
    # A damaged file is made again.
    store.write_bytes(store.read_bytes()[:1000])
    unimodal_features(umt, store)
    assert len(read) == 12 + 20
