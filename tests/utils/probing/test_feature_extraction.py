import errno
import os
from types import SimpleNamespace

import pytest
import torch
from mmengine.dataset import pseudo_collate
from torch.utils.data import DataLoader, Dataset
from tworanks import on_two_ranks

from mm_laziness.utils.probing import feature_extraction, feature_parts
from mm_laziness.utils.probing.feature_extraction import collect_features
from mm_laziness.utils.probing.feature_parts import DiskParts, MemoryParts

SAMPLES = 21


class Numbers(Dataset):
    """Sample i is [i, i * i] with label i; what is read is written to a file."""

    def __init__(self, log, size=SAMPLES, broken=None, classes=1):
        self.log, self.size, self.broken, self.classes = log, size, broken, classes

    def __len__(self):
        return self.size

    def __getitem__(self, index):
        if index == self.broken:
            raise KeyboardInterrupt
        with open(self.log, 'a') as file:
            file.write(f'{index}\n')
        label = torch.tensor([index] * self.classes)
        sample = SimpleNamespace(gt_label=label)
        inputs = torch.tensor([float(index), float(index**2)])
        return dict(inputs=inputs, data_samples=sample)


class TwoClips:
    """Features of two clips: the input's, and three times those."""

    modalities = ('front',)

    def eval(self):
        self.evaluated = True

    def data_preprocessor(self, batch, training):
        assert self.evaluated and not training
        return batch

    def extract_feat(self, inputs):
        rows = torch.stack(inputs)
        return dict(front=torch.stack([rows, 3 * rows], dim=1).flatten(0, 1))


@pytest.fixture(autouse=True)
def small_parts(monkeypatch):
    monkeypatch.setattr(feature_extraction, 'PART', 4)


@pytest.fixture
def log(tmp_path):
    return tmp_path / 'read.txt'


def loader(log, batch_size=3, workers=0, **settings):
    return DataLoader(
        Numbers(log, **settings),
        batch_size=batch_size,
        num_workers=workers,
        collate_fn=pseudo_collate,
    )


def seen(log):
    numbers = sorted(map(int, log.read_text().split())) if log.exists() else []
    log.unlink(missing_ok=True)
    return numbers


def assert_all(found):
    index = torch.arange(SAMPLES, dtype=torch.float32)
    expected = 2 * torch.stack([index, index**2], dim=1)
    assert torch.equal(found['feats']['front'], expected)
    assert torch.equal(found['labels'], torch.arange(SAMPLES))


@pytest.mark.parametrize('batch_size, workers', [(3, 0), (1, 0), (50, 2)])
def test_every_sample_is_read_once_and_in_order(log, tmp_path, batch_size, workers):
    for parts in (MemoryParts(), DiskParts(tmp_path / 'key')):
        data = loader(log, batch_size, workers)
        assert_all(collect_features(TwoClips(), data, parts))
        assert seen(log) == list(range(SAMPLES))


def test_features_on_disk_are_not_computed_again(log, tmp_path):
    parts = DiskParts(tmp_path / 'key')
    collect_features(TwoClips(), loader(log), parts)
    seen(log)
    # With other batches and workers, too.
    assert_all(collect_features(TwoClips(), loader(log, 2, 1), parts))
    assert seen(log) == []


def test_an_extraction_that_was_killed_goes_on(log, tmp_path):
    parts = DiskParts(tmp_path / 'key')
    with pytest.raises(KeyboardInterrupt):
        collect_features(TwoClips(), loader(log, broken=14), parts)
    assert seen(log) == list(range(14))
    assert len(list(parts.folder.iterdir())) == 3
    assert_all(collect_features(TwoClips(), loader(log), parts))
    assert seen(log) == list(range(12, SAMPLES))


def test_damaged_parts_are_made_again(log, tmp_path):
    parts = DiskParts(tmp_path / 'key')
    collect_features(TwoClips(), loader(log), parts)
    seen(log)
    second, last = (parts.folder / f'part_00000{number}.pt' for number in (1, 5))
    os.truncate(second, 100)
    last.write_bytes(b'')
    assert_all(collect_features(TwoClips(), loader(log), parts))
    assert seen(log) == [4, 5, 6, 7, 20]


def test_a_disk_that_fills_up_halfway(log, tmp_path, monkeypatch):
    parts = DiskParts(tmp_path / 'key')
    put, calls = feature_parts.put_in_place, []

    def put_in_place(temporary, path):
        calls.append(path)
        if len(calls) > 3:
            raise OSError(errno.ENOSPC, 'No space left on device')
        put(temporary, path)

    with monkeypatch.context() as patch:
        patch.setattr(feature_parts, 'put_in_place', put_in_place)
        with pytest.raises(OSError, match='is full: the features still need'):
            collect_features(TwoClips(), loader(log), parts)
    seen(log)
    assert len(list(parts.folder.iterdir())) == 3
    assert_all(collect_features(TwoClips(), loader(log), parts))
    assert seen(log) == list(range(12, SAMPLES))


def extract(rank, log, folder):
    parts = DiskParts(folder) if folder else MemoryParts()
    found = collect_features(TwoClips(), loader(log), parts)
    if rank:
        return found
    return dict(front=found['feats']['front'].tolist(), labels=found['labels'].tolist())


@pytest.mark.parametrize('on_disk', [True, False])
def test_two_processes_share_the_samples(log, tmp_path, on_disk):
    folder = tmp_path / 'key' if on_disk else None
    if on_disk:
        # A part of an earlier run is used by both.
        with pytest.raises(KeyboardInterrupt):
            extract_one = loader(log, broken=5)
            collect_features(TwoClips(), extract_one, DiskParts(folder))
        seen(log)
    first, second = on_two_ranks(extract, log, folder)
    assert second is None
    alone = collect_features(TwoClips(), loader(log.with_name('b')), MemoryParts())
    assert first['front'] == alone['feats']['front'].tolist()
    assert first['labels'] == list(range(SAMPLES))
    assert seen(log) == list(range(4 if on_disk else 0, SAMPLES))


def which(rank, log, folder):
    own = log.with_name(f'rank{rank}')
    collect_features(TwoClips(), loader(own), DiskParts(folder))
    return seen(own)


def test_both_processes_work(log, tmp_path):
    first, second = on_two_ranks(which, log, tmp_path / 'key')
    assert sorted(first + second) == list(range(SAMPLES))
    assert abs(len(first) - len(second)) <= 4


def test_mixed_precision_is_used_by_the_encoder_alone(log, tmp_path):
    class Layer(TwoClips):
        layer = torch.nn.Linear(2, 2)

        def extract_feat(self, inputs):
            feats = self.layer(torch.stack(inputs))
            self.dtype = feats.dtype
            return dict(front=feats)

    model = Layer()
    found = {
        amp: collect_features(model, loader(log), MemoryParts(), amp=amp)
        for amp in (False, True)
    }
    assert model.dtype == torch.bfloat16
    full, half = (found[amp]['feats']['front'] for amp in (False, True))
    assert full.dtype == half.dtype == torch.float32
    assert not torch.equal(full, half)
    torch.testing.assert_close(full, half, rtol=0.02, atol=0.5)


def test_an_overflow_of_mixed_precision_is_named(log, tmp_path):
    class Overflowing(TwoClips):
        def extract_feat(self, inputs):
            return dict(front=torch.stack(inputs) / 0)

    with pytest.raises(ValueError, match="features of 'front' .* leave out --amp"):
        collect_features(Overflowing(), loader(log), MemoryParts(), amp=True)


def test_data_that_cannot_be_used(log):
    with pytest.raises(ValueError, match='train has no samples; check ann_file'):
        empty = loader(log, size=0)
        collect_features(TwoClips(), empty, MemoryParts(), title='train')
    with pytest.raises(ValueError, match=r'shape \(3,\), but one class index'):
        collect_features(TwoClips(), loader(log, classes=3), MemoryParts())
