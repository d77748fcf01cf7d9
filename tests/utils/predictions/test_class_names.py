import pytest

from mm_laziness.utils.predictions.class_names import read_class_names


@pytest.fixture
def write(tmp_path):
    def write(content, **kwargs):
        path = tmp_path / 'classes.txt'
        path.write_bytes(content.encode(**kwargs))
        return path

    return write


def test_a_name_per_line(write):
    text = 'playing harp\ndog barking, far\n  naïve \n\n'
    names = ['playing harp', 'dog barking, far', 'naïve']
    assert read_class_names(write(text), 3) == names
    # As editors of another system write it.
    path = write(text.replace('\n', '\r\n'), encoding='utf-8-sig')
    assert read_class_names(path, 3) == names


def test_numbered_lines(write):
    assert read_class_names(write('1 Apply Lipstick\n2 Archery\n'), 2) == [
        'Apply Lipstick',
        'Archery',
    ]
    assert read_class_names(write('1\tb\n0\ta\n'), 2) == ['a', 'b']


def test_names_that_start_with_a_number_stay(write):
    lines = ['3 point shot', '2 hands clapping']
    assert read_class_names(write('\n'.join(lines)), 2) == lines
    lines = ['1 a', '1 b']
    assert read_class_names(write('\n'.join(lines)), 2) == lines


@pytest.mark.parametrize(('count', 'side'), [(3, 'short'), (1, 'long')])
def test_too_few_and_too_many(write, count, side):
    path = write('a\nb\n')
    with pytest.raises(ValueError) as error:
        read_class_names(path, count)
    assert f'{path} is too {side}: it holds 2 names' in str(error.value)
    assert f'of {count} classes' in str(error.value)


def test_files_that_cannot_be_read(write, tmp_path):
    with pytest.raises(FileNotFoundError, match='nowhere.txt does not exist'):
        read_class_names(tmp_path / 'nowhere.txt', 2)
    with pytest.raises(ValueError, match='classes.txt is not UTF-8 text'):
        read_class_names(write('naïve\nb', encoding='latin1'), 2)
