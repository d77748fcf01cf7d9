"""A whole preparation of a small set with every kind of fault."""

import json
from argparse import ArgumentParser
from pathlib import Path

import pytest
from media import tone, write_sound, write_video
from preparing import RUN, rows

from mm_laziness.datasets.preparation import (
    Clip,
    Preparation,
    add_preparation_arguments,
    inspection,
    run_preparation,
)

NAMES = ['good', 'wav_beside', 'silent', 'broken', 'gone', 'late']


def write_files(root):
    for name in ('good', 'late', 'test'):
        write_video(root / f'clips/{name}.mp4', sound=tone(1.0))
    for name in ('silent', 'wav_beside'):
        write_video(root / f'clips/{name}.mp4')
    write_sound(root / 'clips/wav_beside.wav', tone(1.0))
    (root / 'clips/broken.mp4').write_bytes(b'')


def make(root, **kwargs):
    def clip(name, **times):
        return Clip(0, dict(rgb=f'{name}.mp4', audio=f'{name}.mp4'), **times)

    train = [clip(name, start=5.0 if name == 'late' else 0.0) for name in NAMES]
    settings = dict(
        name='Faulty',
        root=str(root),
        classes=['a', 'b, c'],
        splits=dict(train=train, test=[clip('test')]),
        folders=dict(rgb='clips', audio='clips'),
        kinds=dict(rgb='video', audio='sound'),
        published=dict(classes=3, train=1234, test=1),
        config='configs/not_there.py',
        clock='rgb',
        download='Get it from example.org.',
    )
    return Preparation(**(settings | kwargs))


def run(root, *args, preparation=None):
    parser = ArgumentParser()
    add_preparation_arguments(parser, 'data/set')
    options = parser.parse_args(['--workers', '2', *args])
    return run_preparation(preparation or make(root), options)


@pytest.fixture
def root(tmp_path, monkeypatch):
    write_files(tmp_path)
    monkeypatch.setattr(RUN, 'draw_summary', lambda *_: None)
    return tmp_path


def kept(root):
    return [row['rgb'].removesuffix('.mp4') for row in rows(root, 'train')]


def faults(root, file):
    return {Path(row['files']).stem: row['reason'] for row in rows(root, file)}


def test_nothing_is_lost_silently(root, capsys):
    before = {p: p.stat().st_mtime_ns for p in (root / 'clips').iterdir()}
    summary = run(root)
    assert kept(root) == ['good', 'wav_beside', 'silent']
    numbers = summary['splits']['train']
    parts = ('listed', 'written', 'left_out', 'missing', 'unreadable', 'silent')
    assert [numbers[part] for part in parts] == [6, 3, 3, 1, 2, 1]
    left_out = faults(root, 'left_out')
    assert left_out['gone'] == 'missing' and left_out['broken']
    assert left_out['late'] == '1.00 s long, but starts at 5.0 s'
    assert faults(root, 'kept_with_faults') == {'silent': 'no sound'}
    assert (
        'published 1,234 clips in train, found 3 (the list names 6)'
        in (summary['warnings'])
    )
    assert 'classes, found 2' in str(summary['warnings'])
    assert 'in test, found' not in str(summary['warnings'])
    assert 'not_there.py does not exist' in summary['sample']['error']
    assert 'WARNING: published 1,234 clips' in capsys.readouterr().out
    folder = root / 'annotations'
    assert json.loads((folder / 'summary.json').read_text()) == summary
    assert '| 1     | b, c  |     0 |    0 |' in (folder / 'summary.md').read_text()
    assert (folder / 'classes.txt').read_text() == 'a\nb, c\n'
    assert before == {p: p.stat().st_mtime_ns for p in (root / 'clips').iterdir()}


def test_options_decide_about_faults(root):
    run(root, '--keep-missing')
    assert kept(root) == NAMES and faults(root, 'left_out') == {}
    assert set(faults(root, 'kept_with_faults')) == set(NAMES[2:])
    summary = run(root, '--drop-silent')
    assert kept(root) == ['good', 'wav_beside']
    assert summary['splits']['train']['left_out'] == 4
    assert faults(root, 'left_out')['silent'] == 'no sound'


def test_files_are_opened_once_until_they_change(root, monkeypatch):
    run(root)
    opened = []
    real = inspection.inspect_media
    monkeypatch.setattr(
        inspection, 'inspect_media', lambda p: opened.append(Path(p).stem) or real(p)
    )
    run(root)
    assert opened == []
    write_video(root / 'clips/gone.mp4', sound=tone(1.0))
    write_video(root / 'clips/broken.mp4', sound=tone(1.0))
    run(root)
    assert sorted(opened) == ['broken', 'gone']
    assert kept(root) == ['good', 'wav_beside', 'silent', 'broken', 'gone']


def test_a_killed_run_goes_on(root, monkeypatch):
    real, opened = inspection.inspect_media, []

    def killed(path):
        opened.append(path)
        if len(opened) == 4:
            raise KeyboardInterrupt
        return real(path)

    monkeypatch.setattr(inspection, 'inspect_media', killed)
    with pytest.raises(KeyboardInterrupt):
        run(root, '--workers', '1')
    assert not (root / 'annotations/train.csv').exists()
    run(root, '--workers', '1')
    assert len(opened) == len(set(opened)) + 1 == 7 and kept(root)[0] == 'good'


def test_no_file_is_opened_with_skip_inspection(root, monkeypatch):
    monkeypatch.setattr(inspection, 'inspect_media', None)
    summary = run(root, '--skip-inspection')
    assert faults(root, 'left_out') == {'gone': 'missing'}
    assert summary['splits']['train']['seconds'] is None


def test_validation_comes_and_goes_with_its_option(root):
    clips = [Clip(0, dict(rgb='good.mp4', audio=f'{n}.mp4')) for n in ('good', 'late')]
    clips += [Clip(0, dict(rgb='late.mp4', audio='late.mp4'))]
    small = make(root, splits=dict(train=clips), published=dict(train=3))
    summary = run(root, '--val-fraction', '0.5', preparation=small)
    written = [summary['splits'][split]['written'] for split in ('train', 'val')]
    assert sum(written) == 3 and all(written)
    assert 'published' not in str(summary['warnings'])
    assert (root / 'annotations/val.csv').exists()
    run(root, preparation=small)
    assert not (root / 'annotations/val.csv').exists()


def test_annotations_of_others_stay(root):
    mine = root / 'annotations/train.csv'
    mine.parent.mkdir()
    mine.write_text('mine')
    with pytest.raises(ValueError, match='train.csv under .* not written by this tool'):
        run(root)
    assert mine.read_text() == 'mine'
    run(root, '--force')
    assert kept(root)[0] == 'good'


def test_lists_that_are_given_stay_as_they_are(root):
    (root / 'list.txt').write_text('whatever')
    files = dict(train='list.txt', test='test.txt')
    given = make(root, files=files, lists_are_given=True)
    summary = run(root, preparation=given)
    assert (root / 'list.txt').read_text() == 'whatever'
    assert summary['splits']['train']['written'] == 6
    assert set(faults(root, 'kept_with_faults')) == set(NAMES[2:])
    assert (
        'published 1,234 clips in train, found 3 (the list names 6)'
        in (summary['warnings'])
    )
    with pytest.raises(ValueError, match='--val-fraction needs lists'):
        run(root, '--val-fraction', '0.5', preparation=given)


def test_nothing_found_names_the_folder_and_the_source(root):
    lost = make(root, folders=dict(rgb='clips', audio='sounds'))
    with pytest.raises(
        FileNotFoundError, match=r'/sounds, .* Get it from example.org.$'
    ):
        run(root, preparation=lost)
    with pytest.raises(ValueError, match='name no clip. Get it from'):
        run(root, preparation=make(root, splits=dict(train=[], test=[])))
    broken = [Clip(0, dict(rgb='broken.mp4', audio='broken.mp4'))]
    with pytest.raises(ValueError, match='no clip under .* can be read; the first'):
        run(root, preparation=make(root, splits=dict(train=broken)))
    assert not list((root / 'annotations').glob('*.csv'))
