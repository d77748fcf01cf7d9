import numpy as np
import pytest

from mm_laziness.evaluation.plain_arrays import (
    Refused,
    array_from_buffer,
    new_array,
    new_dtype,
    new_scalar,
)


def test_of_a_state_only_the_byte_order_counts():
    dtype = new_dtype('i2', False, True)
    assert dtype.value == np.dtype('i2')
    dtype.__setstate__((3, '>', None, ('a',), {'a': (np.dtype('O'), 0)}, 99, 1, 63))
    assert dtype.value == np.dtype('>i2') and not dtype.value.hasobject
    assert new_scalar(dtype, b'\1\2') == 258
    assert array_from_buffer(b'\1\2\3\4', dtype, (2,), 'C').tolist() == [258, 772]
    array = new_array('numpy.ndarray', (0,), b'b')
    array.__setstate__((1, (1, 2), dtype, False, b'\1\2\3\4'))
    assert array.tolist() == [[258, 772]]


@pytest.mark.parametrize('name', ['O', 'O8', 'V8', 'i4,O', 'M8[ns]', '', b'f4', None])
def test_other_data_types_are_refused_by_name(name):
    with pytest.raises(Refused, match='numpy.dtype of '):
        new_dtype(name)


def test_numpys_own_data_types_are_no_way_round():
    own = np.dtype('O')
    with pytest.raises(ValueError, match='instead of a data type'):
        new_scalar(own, b'')
    with pytest.raises(ValueError, match='instead of a data type'):
        array_from_buffer(b'', own, (0,), 'C')
    with pytest.raises(ValueError, match='instead of a data type'):
        new_array('numpy.ndarray').__setstate__((1, (0,), own, False, []))
    with pytest.raises(Refused, match='memmap'):
        new_array(np.memmap)


def test_data_that_are_too_short_are_an_error():
    array = new_array('numpy.ndarray')
    with pytest.raises(ValueError, match='does not match'):
        array.__setstate__((1, (9,), new_dtype('f4'), False, b'\0' * 8))
