"""ModelNet40 from MVCNN's shaded pictures."""

import pytest
from preparing import load_tool, prepare, rows, same_annotations, shapes
from trees.modelnet40 import FOLDER, view_of, write_tree

TOOL = load_tool('modelnet40')


def test_annotations_of_views_1_and_7(tmp_path, capsys):
    root = write_tree(tmp_path / 'root', size=224)
    other = write_tree(tmp_path / 'other', annotations=True)
    summary = prepare(TOOL, root, sample=True)
    assert same_annotations(root, other)
    assert rows(root, 'test')[0] == dict(
        label='0',
        front='airplane/test/airplane_0005.obj.shaded_v001.png',
        rear='airplane/test/airplane_0005.obj.shaded_v007.png',
    )
    assert shapes(summary) == {'front': (1, 3, 224, 224), 'rear': (1, 3, 224, 224)}
    printed = capsys.readouterr().out
    assert 'published 9,843 clips in train, found 12' in printed
    assert 'published 2,468 clips in test, found 6' in printed


def test_other_views(tmp_path):
    root = write_tree(tmp_path, train=2, test=1)
    summary = prepare(
        TOOL, root, '--views', 2, 5, 12, '--names', 'left', 'side', 'right', sample=True
    )
    row = rows(root, 'train')[0]
    assert list(row) == ['label', 'left', 'side', 'right']
    assert row['side'].endswith('v005.png') and row['right'].endswith('v012.png')
    # The configs know two views by their names; the lists are written all the same.
    assert 'error' in summary['sample']


def test_objects_without_one_of_the_views_are_left_out(tmp_path):
    root = write_tree(tmp_path)
    lost = view_of('airplane', 'train', 'airplane_0002', 7)
    empty = view_of('tv_stand', 'test', 'tv_stand_0005', 1)
    (root / FOLDER / lost).unlink()
    (root / FOLDER / empty).write_bytes(b'')
    summary = prepare(TOOL, root)
    assert [summary['splits'][split]['left_out'] for split in ('train', 'test')] == [
        *(1, 1),
    ]
    found = {row['split']: row for row in rows(root, 'left_out')}
    assert found['train']['files'] == f'{FOLDER}/{lost}'
    assert found['train']['reason'] == 'missing'
    assert found['test']['files'] == f'{FOLDER}/{empty}'
    assert lost not in (root / 'annotations/train.csv').read_text()


def test_other_files_and_empty_classes_do_not_matter(tmp_path):
    root = write_tree(tmp_path, classes=('airplane', 'night stand, old'))
    (root / FOLDER / '.DS_Store').write_bytes(b'x')
    (root / FOLDER / 'notes').mkdir()
    (root / FOLDER / 'airplane/train/airplane_0001.off').write_text('x')
    assert prepare(TOOL, root)['classes'] == ['airplane', 'night stand, old']
    # A comma in a path is quoted.
    assert rows(root, 'test')[-1]['front'] == view_of(
        'night stand, old', 'test', 'night stand, old_0006', 1
    )


def test_nothing_to_prepare(tmp_path, capsys):
    with pytest.raises(SystemExit, match='does not exist; get the shaded pictures'):
        prepare(TOOL, tmp_path)
    (tmp_path / FOLDER / 'airplane/train').mkdir(parents=True)
    with pytest.raises(SystemExit, match=r'name no clip.*shaded_images.tar.gz'):
        prepare(TOOL, tmp_path)
    for args in (['--views', 1, 13], ['--views', 1, 2, 3], ['--names', 'a', 'a']):
        with pytest.raises(SystemExit):
            prepare(TOOL, tmp_path, *args)
    assert 'counts from 1 to 12' in capsys.readouterr().err
