"""VGG-Sound from its published list and videos."""

import csv

import pytest
from media import tone, write_video
from preparing import load_tool, prepare, rows, shapes
from trees.vggsound import CLASSES, write_list, write_tree

TOOL = load_tool('vggsound')


@pytest.fixture(scope='module')
def published(tmp_path_factory):
    """A prepared tree and its summary; not to be changed."""
    root = tmp_path_factory.mktemp('vggsound')
    write_tree(root)
    return root, prepare(TOOL, root, sample=True)


def test_annotations(published):
    root, summary = published
    # Sorted names are the labels; a comma does not cut one.
    assert summary['classes'] == CLASSES
    train, test = rows(root, 'train'), rows(root, 'test')
    assert (len(train), len(test)) == (6, 3)
    assert train[4] == dict(
        label='1', rgb='-train_11_000010.mp4', audio='-train_11_000010.mp4'
    )
    assert [row['label'] for row in test] == ['0', '1', '2']


def test_one_sample_and_the_published_numbers(published):
    summary = published[1]
    assert shapes(summary) == {'rgb': (1, 3, 32, 224, 224), 'audio': (1, 160000)}
    assert summary['warnings'] == [
        'published 309 classes, found 3',
        'published 15,257 clips in test, found 3 (the list names 3)',
    ]


def test_videos_that_are_gone_from_youtube(tmp_path):
    listed = write_tree(tmp_path, train=2, test=1)
    video = sorted((tmp_path / 'videos').glob('*train*'))[0]
    video.unlink()
    silent = sorted((tmp_path / 'videos').glob('*test*'))[0]
    write_video(silent)
    summary = prepare(TOOL, tmp_path)
    assert len(listed) == 9
    assert summary['splits']['train']['missing'] == 1
    assert summary['splits']['train']['written'] == 5
    assert summary['splits']['test']['silent'] == 1
    assert len(rows(tmp_path, 'test')) == 3
    assert rows(tmp_path, 'left_out') == [
        dict(split='train', files=f'videos/{video.name}', reason='missing')
    ]
    # What came after all is taken in by the same command.
    write_video(video, sound=tone(1.0))
    assert prepare(TOOL, tmp_path)['splits']['train']['written'] == 6


def test_byte_order_mark_and_spaces(tmp_path):
    write_tree(tmp_path, train=1, test=1)
    path = tmp_path / 'vggsound.csv'
    text = path.read_text().replace(',"', ', "')
    path.write_text('\ufeff' + text + '\r\n')
    assert prepare(TOOL, tmp_path)['classes'] == CLASSES


@pytest.mark.parametrize(
    'line', ['id,x,label,train', 'id,3,people eating, chewing,train', 'id,3,a,val']
)
def test_a_bad_row_is_named(tmp_path, line):
    (tmp_path / 'vggsound.csv').write_text(f'a,1,b,test\n{line}\n')
    with pytest.raises(SystemExit, match='vggsound.csv, line 2: expected'):
        prepare(TOOL, tmp_path)


def test_a_list_that_cannot_be_read_is_named(tmp_path):
    path = tmp_path / 'vggsound.csv'
    path.write_bytes('a,1,caf\xe9,test\n'.encode('latin-1'))
    with pytest.raises(SystemExit, match='vggsound.csv is not a text file in UTF-8'):
        prepare(TOOL, tmp_path)
    write_list(tmp_path, [('a', 1, 'b', 'test')])
    (tmp_path / 'test.csv').write_text('a_000001.mp4,b\na_000001.mp4,b,c\n')
    with pytest.raises(SystemExit, match='test.csv, line 2: expected "file.mp4,label"'):
        prepare(TOOL, tmp_path)


def test_what_to_download_is_told(tmp_path):
    with pytest.raises(SystemExit, match='vggsound.csv does not exist; get '):
        prepare(TOOL, tmp_path)
    write_list(tmp_path, [('a', 1, 'b', 'train')])
    with pytest.raises(
        SystemExit, match='none of the 1 files of .rgb. is under .*get '
    ):
        prepare(TOOL, tmp_path)


def test_the_older_test_list_is_compared(tmp_path):
    listed = write_tree(tmp_path, train=1, test=2)
    test = [row for row in listed if row[3] == 'test']
    older = [[f'{name}_{start:06d}.mp4', label] for name, start, label, _ in test]
    older[0][1] = 'another'
    older.append(['train_000000.mp4', 'x'])

    def compare():
        with open(tmp_path / 'test.csv', 'w', newline='') as file:
            csv.writer(file).writerows(older)
        return prepare(TOOL, tmp_path, '--skip-inspection')['warnings'][:-2]

    assert compare() == [
        '1 of the 7 clips of test.csv are not test clips of vggsound.csv, for example '
        'train_000000.mp4',
        '1 of the 7 clips of test.csv have another label in vggsound.csv, for example '
        f'{older[0][0]}',
    ]
    del older[-1], older[0]
    assert compare() == []
