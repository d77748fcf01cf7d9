"""AVE from its published videos and lists."""

import shutil

import cv2
import numpy as np
import pytest
from preparing import TOOLS, load_tool, prepare, rows, same_annotations, shapes
from trees.ave import CLASSES, HEADER, segments, write_tree

TOOL = load_tool('ave')


@pytest.fixture(scope='module')
def published(tmp_path_factory):
    """A prepared tree and its summary; not to be changed."""
    folder = tmp_path_factory.mktemp('ave')
    other = write_tree(folder / 'other', annotations=True)
    ignored = shutil.ignore_patterns('annotations')
    root = shutil.copytree(other, folder / 'root', ignore=ignored)
    return root, other, prepare(TOOL, root, sample=True)


@pytest.fixture
def root(published, tmp_path):
    """Such a tree, to be changed."""
    ignored = shutil.ignore_patterns('annotations')
    return shutil.copytree(published[0], tmp_path / 'root', ignore=ignored)


def test_annotations(published):
    root, other, summary = published
    assert same_annotations(root, other)
    assert summary['classes'] == list(CLASSES)
    assert shapes(summary) == {'rgb': (4, 3, 224, 224), 'audio': (1, 160000)}
    assert summary['splits']['train']['seconds']['min'] == 2.0
    warnings = '\n'.join(summary['warnings'])
    for split, number in dict(train='3,339', val='402', test='402').items():
        assert f'published {number} clips in {split}' in warnings


def test_a_video_may_have_two_segments(published):
    names = [(row['rgb'], row['start']) for row in rows(published[0], 'train')]
    first = names[0][0]
    assert [start for name, start in names if name == first] == ['0.0', '2.0']


def test_labels_follow_the_order_of_the_test_list(root):
    path = root / 'testSet.txt'
    path.write_text('\n'.join(reversed(path.read_text().strip().split('\n'))))
    summary = prepare(TOOL, root, '--skip-inspection')
    assert summary['classes'] == list(reversed(CLASSES))
    assert rows(root, 'train')[0]['label'] == '2'


@pytest.mark.parametrize('header', [True, False])
def test_a_header_is_no_sample_and_no_sample_is_a_header(tmp_path, header):
    lines = [HEADER] * header + ['Church bell&-a_b&good&0&10', 'Bark&c&good&3&4']
    path = tmp_path / 'list.txt'
    path.write_text('\ufeff' + '\r\n'.join(lines) + '\r\n\r\n')
    found = TOOL.read_list(path)
    assert [(s.category, s.video, s.start, s.end) for s in found] == [
        ('Church bell', '-a_b', 0.0, 10.0),
        ('Bark', 'c', 3.0, 4.0),
    ]


def test_annotations_txt_is_compared(root, capsys):
    path = root / 'Annotations.txt'
    path.write_text(path.read_text().removeprefix(f'{HEADER}\n'))
    prepare(TOOL, root, '--skip-inspection')
    err = capsys.readouterr().err
    assert '1 segments are of videos that were listed before' in err
    assert 'are not in' not in err
    path.write_text(path.read_text().partition('\n')[2])
    prepare(TOOL, root, '--skip-inspection')
    identity = segments()['train'][0][2]
    assert f'1 segments are not in {path}, for example {identity}' in (
        capsys.readouterr().err
    )


def test_missing_videos_are_left_out(root):
    identity = segments()['val'][1][2]
    (root / 'AVE' / f'{identity}.mp4').unlink()
    summary = prepare(TOOL, root, '--skip-inspection')
    assert summary['splits']['val']['left_out'] == 1
    assert rows(root, 'left_out')[0]['files'] == f'AVE/{identity}.mp4'


def test_extracted_frames(root):
    for path in (root / 'AVE').iterdir():
        folder = root / 'Image-01-FPS' / path.stem
        folder.mkdir(parents=True)
        # As OGM-GE's code names them: by the number of the frame in the video.
        for number in (0, 29, 58, 87):
            picture = np.full((48, 64, 3), number, np.uint8)
            cv2.imwrite(str(folder / f'{number:05}.jpg'), picture)
    summary = prepare(TOOL, root, '--frames', 'Image-01-FPS', sample=True)
    row = rows(root, 'train')[0]
    assert row['rgb'] == row['audio'].removesuffix('.mp4')
    assert summary['splits']['train']['left_out'] == 0
    assert shapes(summary) == {'rgb': (4, 3, 224, 224), 'audio': (1, 160000)}


def test_readme_shows_the_config_of_frames():
    text = (TOOLS / 'ave/frames.py').read_text()
    assert text[text.index('frames = dict') :] in (TOOLS / 'ave/README.md').read_text()


@pytest.mark.parametrize(
    ('line', 'expected'),
    [
        (
            'Siren&abc&good&0&4',
            "unknown class 'Siren'; testSet.txt gives 'Church bell'",
        ),
        ('Church bell,abc,good,0,4', 'expected "Category&VideoID&Quality&start&end"'),
        ('Church bell&abc&good&0&x', 'in seconds'),
        ('Church bell&abc&good&4&4', 'with start before end'),
    ],
)
def test_lines_that_cannot_be_read(root, line, expected):
    path = root / 'trainSet.txt'
    number = path.read_text().count('\n') + 1
    with open(path, 'a') as out:
        out.write(line)
    with pytest.raises(SystemExit) as error:
        prepare(TOOL, root)
    assert f'trainSet.txt, line {number}: ' in str(error.value)
    assert expected in str(error.value)


def test_missing_lists_and_videos_say_where_they_come_from(root):
    for path in (root / 'AVE').iterdir():
        path.unlink()
    with pytest.raises(SystemExit, match=r"none of the .* files of 'rgb'.*AVE-ECCV18"):
        prepare(TOOL, root)
    (root / 'valSet.txt').unlink()
    with pytest.raises(
        SystemExit, match=r'valSet.txt does not exist;.*AVE_Dataset.zip'
    ):
        prepare(TOOL, root)
