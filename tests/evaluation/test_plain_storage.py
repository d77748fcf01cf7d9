import io
import os

import pytest
import torch

from mm_laziness.evaluation import plain_storage
from mm_laziness.evaluation.plain_storage import read_storage

KINDS = (
    *(torch.float64, torch.float32, torch.float16, torch.bfloat16),
    *(torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool),
)


def pickled(value):
    """What pickling a tensor writes of its storage."""
    data = io.BytesIO()
    torch.save(value, data, _use_new_zipfile_serialization=False)
    return data.getvalue()


def storage_of(tensor):
    return torch.TypedStorage(
        wrap_storage=tensor.untyped_storage(), dtype=tensor.dtype, _internal=True
    )


@pytest.mark.parametrize('dtype', KINDS)
def test_numbers_come_back_as_they_were(dtype):
    rows = torch.tensor([[0, 1, 2], [3, 4, 5]]).to(dtype)
    found = read_storage(pickled(storage_of(rows)))
    assert found.dtype == dtype and torch.equal(found, rows.flatten())
    # It can be written to, as what torch.load gives.
    found[0] = 1
    assert found[0] == 1


def test_numbers_of_another_device_come_to_the_cpu():
    data = pickled(storage_of(torch.ones(2)))
    assert data.count(b'X\3\0\0\0cpu') == 1
    found = read_storage(data.replace(b'X\3\0\0\0cpu', b'X\6\0\0\0cuda:1'))
    assert found.device.type == 'cpu' and found.tolist() == [1, 1]


def test_what_is_unusual_is_left_to_torch(monkeypatch):
    good = pickled(storage_of(torch.ones(2)))
    assert read_storage(good) is not None
    for data in (
        b'',
        good[:-1],
        good + b'\0',
        good.replace(b'\2\0\0\0\0\0\0\0', b'\1\0\0\0\0\0\0\0'),
        good.replace(b'little_endianq\2\x88', b'little_endianq\2\x89'),
        good.replace(b'FloatStorage', b'QUInt8Storage'),
        pickled(storage_of(torch.ones(0))),
        pickled(torch.ones(2).untyped_storage()),
        pickled(dict(a=1)),
        pickled(torch.ones(2)),
    ):
        assert data != good and read_storage(data) is None
    monkeypatch.setattr(plain_storage.sys, 'byteorder', 'big')
    assert read_storage(good) is None


def test_nothing_runs(tmp_path):
    class Asks:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / 'made'),)

    assert read_storage(pickled(Asks())) is None
    assert not (tmp_path / 'made').exists()
