import pytest

from mm_laziness.utils.json_files import read_json, read_json_lines, read_json_list


def test_reads(tmp_path):
    path = tmp_path / 'a.json'
    path.write_text('{"a": [1]}')
    assert read_json(path) == dict(a=[1])
    path.write_text('[{"a": 1}]')
    assert read_json_list(str(path)) == [dict(a=1)]


@pytest.mark.parametrize('text', ['', '{"a": 1', '{"a": 1}}', '\x00\xff'])
@pytest.mark.parametrize('read', [read_json, read_json_list])
def test_damaged_file_is_named(tmp_path, text, read):
    path = tmp_path / 'guidance.json'
    path.write_text(text)
    with pytest.raises(
        ValueError, match=r'guidance\.json cannot be read as JSON .*half'
    ):
        read(path)


def test_bytes_that_are_no_text(tmp_path):
    path = tmp_path / 'a.json'
    path.write_bytes(b'\xff\xfe\x80')
    with pytest.raises(ValueError, match=r'a\.json cannot be read'):
        read_json(path)


def test_other_content_is_refused(tmp_path):
    path = tmp_path / 'a.json'
    path.write_text('[1]')
    with pytest.raises(ValueError, match='must hold a JSON object, but holds a list'):
        read_json(path)
    path.write_text('{}')
    with pytest.raises(ValueError, match='must hold a JSON list, but holds a dict'):
        read_json_list(path)


def test_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError, match='none.json'):
        read_json(tmp_path / 'none.json')


def test_lines_of_a_killed_run(tmp_path):
    path = tmp_path / 'scalars.json'
    path.write_text('{"step": 1}\n\n{"step": 2}\n{"step": 3, "lo')
    assert [line['step'] for line in read_json_lines(path)] == [1, 2]
    # A complete last line needs no newline.
    path.write_text('{"step": 1}\n{"step": 2}')
    assert [line['step'] for line in read_json_lines(path)] == [1, 2]


@pytest.mark.parametrize('text', ['{"a"\n{"step": 2}\n', '{"step": 1}\n{"a"\n'])
def test_other_damage_is_an_error(tmp_path, text):
    path = tmp_path / 'scalars.json'
    path.write_text(text)
    with pytest.raises(
        ValueError, match=r'line [12] of .*scalars\.json cannot be read'
    ):
        read_json_lines(path)
