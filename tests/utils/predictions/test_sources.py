from pathlib import Path

import pytest

from mm_laziness.utils.predictions.sources import Source, parse_source


@pytest.fixture
def runs(tmp_path, monkeypatch):
    """A study's cell, a run by tools/train.py, an ensemble's, and a study's folder."""
    monkeypatch.chdir(tmp_path)
    for name in (
        *('cell/predictions.pkl', 'cell/config.py', 'cell/best.pth'),
        *('run/joint_tiny.py', 'run/best.pth', 'ume/config.py'),
        *('study/joint/seed0/config.py', 'empty/log.txt', 'notes.txt'),
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_what_is_understood(runs):
    assert parse_source('a=b.pkl') == Source('a', dump=Path('b.pkl'))
    both = Source('umt', config='c.py', checkpoint='d.pth')
    assert parse_source('umt=c.py,d.pth') == both
    url = 'mmaction::tsn,https://example.org/x.pth'
    assert parse_source(f'tsn={url}') == Source('tsn', None, *url.split(','))
    assert parse_source('ume=c.py') == Source('ume', config='c.py')
    assert parse_source('a=cell') == Source('a', dump=Path('cell/predictions.pkl'))
    trained = Source('a', config='run/joint_tiny.py', checkpoint='run/best.pth')
    assert parse_source('a=run') == trained
    assert parse_source('a=ume') == Source('a', config='ume/config.py')


@pytest.mark.parametrize(
    'text',
    ['joint.pkl', '=a.pkl', 'a=', 'a:b=c.pkl', '../a=c.pkl', 'a b=c.pkl', '..=c.pkl'],
)
def test_other_writings_are_explained(text):
    with pytest.raises(
        ValueError, match='NAME=WHERE, such as joint=joint.pkl'
    ) as error:
        parse_source(text)
    assert repr(text) in str(error.value)


def test_places_with_nothing_to_read(runs):
    with pytest.raises(FileNotFoundError, match='a=nowhere does not exist: FILE.pkl'):
        parse_source('a=nowhere')
    with pytest.raises(ValueError, match='a=notes.txt is none of these'):
        parse_source('a=notes.txt')
    with pytest.raises(FileNotFoundError, match='folder empty of a holds neither'):
        parse_source('a=empty')
    with pytest.raises(FileNotFoundError, match='did you mean study/joint/seed0'):
        parse_source('a=study/joint')
