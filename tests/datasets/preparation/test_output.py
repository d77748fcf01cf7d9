"""Annotation files: their text, and whose they are."""

import pytest

from mm_laziness.datasets.annotations import read_annotations
from mm_laziness.datasets.preparation import Clip, Preparation, written_files
from mm_laziness.datasets.preparation.output import (
    annotation_text,
    check_overwriting,
    write_annotations,
)


def make(clips, sources=('rgb', 'audio'), **kwargs):
    return Preparation(
        name='set',
        root='.',
        classes=['a', 'b'],
        splits=dict(train=clips),
        folders=dict.fromkeys(sources, ''),
        kinds=dict.fromkeys(sources, 'video'),
        published={},
        config='',
        clock=sources[0],
        **kwargs,
    )


def text(clips, **kwargs):
    return annotation_text('train', clips, make(clips, **kwargs))


def test_csv_is_what_the_data_set_reads(tmp_path):
    clips = [
        Clip(1, dict(audio='b, c.wav', rgb='a "x".mp4'), 0.5, 2.0),
        Clip(0, dict(audio='é.wav', rgb='d e.mp4'), total_frames=7),
    ]
    path = tmp_path / 'train.csv'
    path.write_text(text(clips))
    assert path.read_text().splitlines()[0] == 'label,rgb,audio,total_frames,start,end'
    first, second = read_annotations(str(path))
    assert first['sources'] == clips[0].sources and first['label'] == 1
    assert (first['start'], first['end']) == (0.5, 2.0) and 'total_frames' not in first
    assert second['total_frames'] == 7 and 'start' not in second


def test_columns_that_nobody_needs_are_left_out():
    clips = [Clip(1, dict(rgb='a', audio='b'))]
    assert text(clips) == 'label,rgb,audio\n1,a,b\n'


def test_list_without_the_prefix_of_the_config():
    path = 'videos_train/a b/x.mp4'
    clips = [Clip(1, dict(rgb=path, audio=path))]
    options = dict(files=dict(train='list.txt'))
    assert text(clips, **options, omit=dict(train='videos_train')) == 'a b/x.mp4 1\n'
    with pytest.raises(ValueError, match='is not under videos'):
        text(clips, **options, omit=dict(train='videos'))
    clips[0].sources['audio'] = 'x.wav'
    with pytest.raises(ValueError, match='a list names one file'):
        text(clips, **options)


def test_files_of_others_stay(tmp_path):
    (tmp_path / 'list.txt').write_text('mine')
    with pytest.raises(ValueError, match='list.txt under .* give --force'):
        check_overwriting(tmp_path, ['list.txt', 'new.txt'], False)
    check_overwriting(tmp_path, ['list.txt'], True)
    write_annotations(tmp_path, {'new.txt': 'ours'})
    assert written_files(tmp_path) == {'new.txt'}
    check_overwriting(tmp_path, ['new.txt'], False)
    (tmp_path / 'new.txt').write_text('changed by hand')
    with pytest.raises(ValueError, match='changed since'):
        check_overwriting(tmp_path, ['new.txt'], False)


def test_files_of_an_earlier_run_go_unless_they_were_changed(tmp_path):
    names = ['train.csv', 'val.csv', 'other.csv']
    write_annotations(tmp_path, dict.fromkeys(names, 'x'))
    (tmp_path / 'other.csv').write_text('changed by hand')
    assert write_annotations(tmp_path, {'train.csv': 'y'}) == ['val.csv']
    there = {path.name for path in tmp_path.glob('*.csv')}
    assert there == {'train.csv', 'other.csv'}


def test_a_run_killed_between_two_files_still_owns_both(tmp_path, monkeypatch):
    from mm_laziness.datasets.preparation import output

    write_annotations(tmp_path, {'a.csv': '1', 'b.csv': '1'})
    write = output.write_text

    def killed(path, content):
        if path.name == 'b.csv':
            raise KeyboardInterrupt
        write(path, content)

    monkeypatch.setattr(output, 'write_text', killed)
    with pytest.raises(KeyboardInterrupt):
        write_annotations(tmp_path, {'a.csv': '2', 'b.csv': '2'})
    assert (tmp_path / 'a.csv').read_text() == '2'
    check_overwriting(tmp_path, ['a.csv', 'b.csv'], False)
