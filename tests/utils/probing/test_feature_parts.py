import errno

import pytest
import torch

from mm_laziness.utils.probing import feature_parts
from mm_laziness.utils.probing.feature_parts import DiskParts, save_features

PART = dict(
    feats=dict(front=torch.arange(6.0).view(3, 2), rear=torch.ones(3, 1)),
    labels=torch.tensor([2, 0, 1]),
)


@pytest.fixture
def parts(tmp_path):
    parts = DiskParts(tmp_path / 'key')
    parts.save(4, PART)
    return parts


def file_of(parts):
    (path,) = parts.folder.iterdir()
    return path


def test_a_part_comes_back_as_it_was(parts):
    found = parts.load(4, 3)
    assert found['labels'].tolist() == [2, 0, 1]
    assert torch.equal(found['feats']['front'], PART['feats']['front'])
    assert found['feats'].keys() == {'front', 'rear'}
    assert parts.load(3, 3) is None
    parts.remove()
    assert not parts.folder.exists()


@pytest.mark.parametrize('length', [0, 10, 40, -1])
def test_a_truncated_part_counts_as_missing(parts, length):
    path = file_of(parts)
    path.write_bytes(path.read_bytes()[:length])
    assert parts.load(4, 3) is None


@pytest.mark.parametrize('place', [0, 100, -5])
def test_one_wrong_byte_is_noticed(parts, place):
    path = file_of(parts)
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)
    assert parts.load(4, 3) is None


def test_a_part_of_other_samples_counts_as_missing(parts):
    assert parts.load(4, 2) is None


def full(code):
    def put_in_place(temporary, path):
        raise OSError(code, 'No space left on device')

    return put_in_place


def test_a_full_disk_is_explained_and_leaves_nothing_half_written(parts, monkeypatch):
    monkeypatch.setattr(feature_parts, 'put_in_place', full(errno.ENOSPC))
    with pytest.raises(OSError) as error:
        parts.save(5, PART, left=10_000)
    size = file_of(parts).stat().st_size
    message = str(error.value)
    assert f'the disk of {parts.folder} is full' in message
    assert f'need {10_000 * size / 2**20:.1f} MiB' in message
    assert 'MiB are free' in message and '--cache' in message
    # The part of before is there, and no other file.
    assert file_of(parts).name == 'part_000004.pt'
    assert parts.load(4, 3) is not None


def test_another_process_may_write_the_same_part(parts, monkeypatch):
    put_in_place = feature_parts.put_in_place

    def late(temporary, path):
        monkeypatch.setattr(feature_parts, 'put_in_place', put_in_place)
        parts.save(4, PART)
        put_in_place(temporary, path)

    monkeypatch.setattr(feature_parts, 'put_in_place', late)
    parts.save(4, PART)
    assert file_of(parts).name == 'part_000004.pt'
    assert parts.load(4, 3) is not None


def test_other_faults_of_a_disk_speak_for_themselves(parts, monkeypatch):
    monkeypatch.setattr(feature_parts, 'put_in_place', full(errno.EIO))
    with pytest.raises(OSError, match='No space left') as error:
        parts.save(5, PART)
    assert error.value.errno == errno.EIO
    assert len(list(parts.folder.iterdir())) == 1


def test_a_file_of_features_is_replaced_only_by_a_complete_one(tmp_path, monkeypatch):
    path = tmp_path / 'new' / 'features.pt'
    save_features(path, dict(key=1))
    monkeypatch.setattr(feature_parts, 'put_in_place', full(errno.EDQUOT))
    with pytest.raises(OSError, match='is full'):
        save_features(path, dict(key=2))
    assert torch.load(path, weights_only=True) == dict(key=1)
    assert list(path.parent.iterdir()) == [path]
