import pytest

from mm_laziness.utils.folders import writable_folder


def test_a_folder_is_made_and_left_empty(tmp_path):
    folder = writable_folder(tmp_path / 'a' / 'b')
    assert folder == tmp_path / 'a' / 'b'
    assert not list(folder.iterdir())
    # It may be there, and full.
    (folder / 'file').write_text('kept')
    assert writable_folder(str(folder)) == folder
    assert (folder / 'file').read_text() == 'kept'


@pytest.mark.parametrize('where', ['file', 'file/below', '/proc/none'])
def test_one_that_cannot_be_written(tmp_path, where):
    (tmp_path / 'file').touch()
    path = tmp_path / where
    message = f'the folder {path} cannot be written .* choose another --work-dir'
    with pytest.raises(ValueError, match=message):
        writable_folder(path, '--work-dir')
