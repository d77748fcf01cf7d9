"""Reading published lists line by line."""

import pytest

from mm_laziness.datasets.preparation.published_lists import label_of, read_lines


def test_lines_are_numbered_as_in_the_file(tmp_path):
    path = tmp_path / 'list, of clips.txt'
    # A byte order mark, line ends of two systems, blanks, a form feed inside a line.
    path.write_bytes('\ufeffa b\r\n\r\n  c\x0cd \ne'.encode())
    assert read_lines(path, '') == [
        (f'{path}, line 1', 'a b'),
        (f'{path}, line 3', 'c\x0cd'),
        (f'{path}, line 4', 'e'),
    ]


def test_files_that_cannot_be_read_say_where_to_get_them(tmp_path):
    path = tmp_path / 'list.txt'
    with pytest.raises(FileNotFoundError, match='list.txt does not exist; get it'):
        read_lines(path, 'get it')
    path.write_text('\ufeff \n\n')
    with pytest.raises(ValueError, match='list.txt is empty; get it'):
        read_lines(path, 'get it')
    path.write_bytes(b'\xff\xfe\x80')
    with pytest.raises(ValueError, match='not a text file in UTF-8; get it'):
        read_lines(path, 'get it')


def test_label_of():
    labels = {name: label for label, name in enumerate('abcdefgh')}
    assert label_of('c', labels, 'x.txt, line 2', 'index.txt') == 2
    with pytest.raises(ValueError) as error:
        label_of('C', labels, 'x.txt, line 2', 'index.txt')
    assert str(error.value) == (
        "x.txt, line 2: unknown class 'C'; index.txt gives 'a', 'b', 'c', 'd', 'e', "
        "'f', ..."
    )
