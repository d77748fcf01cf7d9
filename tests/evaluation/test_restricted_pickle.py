import io
import os
import pickle
from collections import OrderedDict

import numpy as np
import pytest
import torch

from mm_laziness.evaluation import restricted_pickle
from mm_laziness.evaluation.restricted_pickle import load_plain_pickle


class Asks:
    """Pickled as a call."""

    def __init__(self, function, *args):
        self.call = function, args

    def __reduce__(self):
        return self.call


def write(path, value, protocol=2):
    path.write_bytes(pickle.dumps(value, protocol=protocol))
    return path


@pytest.mark.parametrize('protocol', range(6))
def test_plain_values_come_back_as_they_were(tmp_path, protocol):
    rows = torch.arange(6.0).view(2, 3)
    value = dict(
        rows=[rows[0], rows[1]],
        half=torch.ones(2, dtype=torch.float16),
        label=torch.tensor([3]),
        empty=torch.zeros(0),
        transposed=rows.t(),
        array=np.array([[1, 2], [3, 4]], dtype=np.int16),
        fortran=np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        number=np.float32(2.5),
        big_endian=np.array([1, 256], dtype='>i4'),
        text=np.array(['ä', 'bc']),
        rest=(OrderedDict(a=1), None, True, 'ä', b'\xff', {1, 2}),
    )
    read = load_plain_pickle(write(tmp_path / 'a.pkl', value, protocol))
    assert torch.equal(torch.stack(read['rows']), rows)
    assert read['half'].dtype == torch.float16 and read['half'].tolist() == [1, 1]
    assert read['label'].tolist() == [3] and read['empty'].shape == (0,)
    assert torch.equal(read['transposed'], rows.t())
    assert read['array'].tolist() == [[1, 2], [3, 4]]
    assert np.array_equal(read['fortran'], value['fortran'])
    assert read['number'] == 2.5
    assert read['big_endian'].tolist() == [1, 256]
    assert read['text'].tolist() == ['ä', 'bc']
    assert read['rest'] == value['rest']


def nested(function, *args):
    """A tensor's storage that is a pickle of its own with a call in it."""
    data = io.BytesIO()
    asks = Asks(function, *args)
    torch.save(asks, data, _use_new_zipfile_serialization=False)
    return Asks(torch.storage._load_from_bytes, data.getvalue())


@pytest.mark.parametrize('wrap', [Asks, nested])
def test_a_pickle_that_wants_to_run_something_is_refused_by_name(tmp_path, wrap):
    made = tmp_path / 'made'
    path = write(tmp_path / 'bad.pkl', [wrap(os.mkdir, str(made))])
    with pytest.raises(ValueError) as error:
        load_plain_pickle(path)
    assert 'bad.pkl was not read' in str(error.value)
    assert f'`{os.mkdir.__module__}.mkdir`' in str(error.value)
    assert not made.exists()


@pytest.mark.parametrize(
    ('call', 'name'),
    [
        ((getattr, 'a', 'join'), 'getattr'),
        ((eval, '1'), 'eval'),
        ((torch.load, 'a'), 'torch.serialization.load'),
        ((np.load, 'a'), 'load'),
        ((pickle.loads, b'N.'), 'loads'),
    ],
)
def test_nothing_leads_from_an_allowed_name_to_another(tmp_path, call, name):
    path = write(tmp_path / 'bad.pkl', Asks(*call))
    with pytest.raises(ValueError, match=rf'asks for `.*{name}`, which could run code'):
        load_plain_pickle(path)


class Writes:
    """Pickled as a call, and as a state for what it returns."""

    def __init__(self, function, args, state):
        self.parts = function, args, state

    def __reduce__(self):
        return self.parts


@pytest.mark.parametrize('name', ['V8', 'i8', 'O8'])
def test_no_number_becomes_a_pointer(tmp_path, name):
    """Numpy believes a data type that says it has no objects, but a field of them."""
    lie = (3, '|', None, ('a',), {'a': (np.dtype('O'), 0)}, 8, 1, 0)
    dtype = Writes(np.dtype, (name, False, True), lie)
    make = np._core.multiarray._reconstruct
    state = (1, (1,), dtype, False, b'\x41' * 8)
    array = Writes(make, (np.ndarray, (0,), b'b'), state)
    path = write(tmp_path / 'bad.pkl', array)
    with pytest.raises(ValueError, match=r'numpy\.dtype of .[VO]8'):
        load_plain_pickle(path)
    honest = Writes(
        np.dtype, (name, False, True), (3, '<', None, None, None, -1, -1, 0)
    )
    frombuffer = Asks(np._core.numeric._frombuffer, b'\x41' * 8, honest, (1,), 'C')
    if name == 'i8':
        assert load_plain_pickle(write(path, frombuffer)).dtype == np.int64
    with pytest.raises(ValueError, match='bad.pkl'):
        load_plain_pickle(write(path, Asks(np.ndarray, (1,), 'O', b'\x41' * 8)))


def test_names_with_dots_are_refused(tmp_path):
    # STACK_GLOBAL of protocol 4 would walk along them.
    text = b'\x80\x04\x8c\x05torch\x8c\x0dSize.__init__\x93.'
    (tmp_path / 'bad.pkl').write_bytes(text)
    with pytest.raises(ValueError, match=r'`torch\.Size\.__init__`'):
        load_plain_pickle(tmp_path / 'bad.pkl')


def test_a_codec_may_be_asked_for_bytes_only(tmp_path):
    import _codecs

    for args in (('abc', 'rot13'), (b'abc', 'zlib')):
        path = write(tmp_path / 'bad.pkl', Asks(_codecs.encode, *args))
        with pytest.raises(ValueError, match='_codecs.encode to'):
            load_plain_pickle(path)


def test_what_is_allowed_cannot_be_changed(tmp_path):
    # BUILD writes into the __dict__ of what is on the stack.
    text = b'ctorch._utils\n_rebuild_tensor_v2\n}(X\x05\x00\x00\x00waterI1\nub.'
    (tmp_path / 'bad.pkl').write_bytes(text)
    load_plain_pickle(tmp_path / 'bad.pkl')
    for function in (torch._utils._rebuild_tensor_v2, restricted_pickle._tensor):
        assert not hasattr(function, 'water')


def test_a_storage_smaller_than_its_tensor_is_an_error(tmp_path):
    storage = torch.zeros(2).storage()
    args = storage, 0, (100,), (1,), False, OrderedDict()
    path = write(tmp_path / 'bad.pkl', Asks(torch._utils._rebuild_tensor_v2, *args))
    with pytest.raises(ValueError, match=r'cannot be read as a pickle.*out of bounds'):
        load_plain_pickle(path)


def test_damaged_files_and_other_kinds_are_named(tmp_path):
    good = write(tmp_path / 'good.pkl', [torch.ones(3)] * 2).read_bytes()
    contents = [b'', b'hello', b'\x89PNG', good[: len(good) // 2], good[:-1]]
    for content in contents:
        (tmp_path / 'bad.pkl').write_bytes(content)
        with pytest.raises(ValueError) as error:
            load_plain_pickle(tmp_path / 'bad.pkl')
        assert 'bad.pkl cannot be read as a pickle' in str(error.value)
        assert '--dump bad.pkl' in str(error.value)
    with pytest.raises(FileNotFoundError, match='nowhere.pkl does not exist'):
        load_plain_pickle(tmp_path / 'nowhere.pkl')
