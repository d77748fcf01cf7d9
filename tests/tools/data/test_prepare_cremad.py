"""CREMA-D from its published folders, with OGM-GE's lists and without."""

import shutil

import cv2
import decord
import numpy as np
import pytest
from preparing import TOOLS, load_tool, prepare, rows, same_annotations, shapes
from trees.cremad import CLASSES, write_flv, write_tree

from mm_laziness.datasets.preparation.media_facts import inspect_media

TOOL = load_tool('cremad')
SMALL = dict(actors=4, classes=('NEU', 'SAD'))


@pytest.fixture(scope='module')
def published(tmp_path_factory):
    """A prepared tree; not to be changed."""
    folder = tmp_path_factory.mktemp('cremad')
    other = write_tree(folder / 'other', actors=6, annotations=True)
    ignored = shutil.ignore_patterns('annotations')
    root = shutil.copytree(other, folder / 'root', ignore=ignored)
    return root, other, prepare(TOOL, root, sample=True)


def actors(root, split):
    return {row['rgb'][:4] for row in rows(root, split)}


def test_annotations_of_the_common_split(published):
    root, other, summary = published
    assert same_annotations(root, other)
    assert summary['classes'] == list(CLASSES)
    assert shapes(summary) == {'rgb': (3, 3, 224, 224), 'audio': (1, 160000)}
    warnings = '\n'.join(summary['warnings'])
    assert 'published 6,698 clips in train, found 24' in warnings
    assert 'published 744 clips in test, found 12' in warnings


def test_flv_files_without_a_duration_are_read(published):
    path = next((published[0] / 'VideoFlash').iterdir())
    facts = inspect_media(str(path))
    assert facts.fault is None and facts.pictures and facts.sound
    assert (facts.width, facts.height) == (64, 48)
    assert facts.seconds == pytest.approx(1.0, abs=0.1)
    reader = decord.VideoReader(str(path))
    assert len(reader) == 10
    assert reader.get_batch([0, 9]).shape == (2, 48, 64, 3)


def test_length_of_an_flv_file_that_cannot_be_searched(tmp_path):
    pictures = np.zeros((50, 48, 64, 3), np.uint8)
    path = write_flv(tmp_path / 'a.flv', pictures, seconds=5.0)
    facts = inspect_media(str(path))
    assert facts.fault is None
    assert facts.seconds == pytest.approx(5.0, abs=0.1)


def test_common_split_shares_speakers_and_ours_does_not(published):
    root, _, summary = published
    assert actors(root, 'train') == actors(root, 'test')
    train, test = actors(root, 'train_speakers'), actors(root, 'test_speakers')
    assert not train & test
    assert len(train) == 5 and len(test) == 1
    listed = rows(root, 'train_speakers') + rows(root, 'test_speakers')
    assert len(listed) == 36 == len({row['rgb'] for row in listed})
    assert all(CLASSES[int(row['label'])] == row['audio'][9:12] for row in listed)


def test_speakers_follow_from_the_seed():
    clips = [(0, f'{1001 + n}_IEO_NEU_XX') for n in range(91)]
    from speakers import split_by_speaker

    first = split_by_speaker(clips, 0.1, seed=0)
    assert len(first['test']) == 9 and len(first['train']) == 82
    assert split_by_speaker(clips, 0.1, seed=0) == first
    assert split_by_speaker(clips, 0.1, seed=1) != first
    # Clips that are not there change nothing about the others.
    some = split_by_speaker(clips + [(1, '1001_IEO_HAP_X')], 0.1, seed=0)
    assert {clip[:4] for _, clip in some['test']} == {c[:4] for _, c in first['test']}
    for fraction, few in ((0.0, clips), (1.0, clips), (0.5, clips[:1])):
        with pytest.raises(ValueError, match='--test-speakers'):
            split_by_speaker(few, fraction, seed=0)


def test_balance_of_classes_is_printed():
    from speakers import describe_split

    split = dict(
        train=[(0, '1001_IEO_NEU_XX'), (1, '1001_IEO_HAP_XX'), (1, '1002_IEO_HAP_XX')],
        test=[(0, '1003_IEO_NEU_XX')],
    )
    text = describe_split(split, ('NEU', 'HAP'))
    assert 'train_speakers: 2 speakers, 3 clips' in text
    assert 'NEU 33.3, HAP 66.7' in text and 'NEU 100.0, HAP 0.0' in text


def test_without_lists_only_the_speakers_split_is_written(tmp_path, capsys):
    root = write_tree(tmp_path, **SMALL, split_files=False)
    summary = prepare(TOOL, root, '--skip-inspection')
    assert set(summary['splits']) == {'train_speakers', 'test_speakers'}
    err = capsys.readouterr().err
    assert 'GeWu-Lab/OGM-GE_CVPR2022' in err and 'data/CREMAD' in err
    assert 'published 7,442 clips in all, found 16' in err


def test_known_faults_of_the_data_set(tmp_path):
    root = write_tree(tmp_path, **SMALL)
    (root / 'VideoFlash/1001_IEO_NEU_XX.flv').write_bytes(b'')
    (root / 'AudioWAV/1002_IEO_SAD_XX.wav').unlink()
    # Like 1076_MTI_NEU_XX.flv: that the video is silent is no fault, its wav counts.
    silent = root / 'VideoFlash/1003_IEO_NEU_XX.flv'
    write_flv(silent, np.zeros((10, 48, 64, 3), np.uint8), sound=False)
    summary = prepare(TOOL, root)
    splits = summary['splits'].values()
    assert sum(split['left_out'] for split in splits) == 4
    assert all(s['listed'] == s['written'] + s['left_out'] for s in splits)
    left = {row['files']: row['reason'] for row in rows(root, 'left_out')}
    assert set(left) == {
        'VideoFlash/1001_IEO_NEU_XX.flv',
        'AudioWAV/1002_IEO_SAD_XX.wav',
    }
    assert left['AudioWAV/1002_IEO_SAD_XX.wav'] == 'missing'


def test_extracted_frames(tmp_path):
    root = write_tree(tmp_path, **SMALL)
    for path in (root / 'VideoFlash').iterdir():
        folder = root / 'Image-01-FPS' / path.stem
        folder.mkdir(parents=True)
        # As OGM-GE's code names them: by the number of the frame in the video.
        for number in (0, 30, 60):
            picture = np.full((48, 64, 3), number, np.uint8)
            cv2.imwrite(str(folder / f'{number:05}.jpg'), picture)
    summary = prepare(TOOL, root, '--frames', 'Image-01-FPS', sample=True)
    row = rows(root, 'train')[0]
    assert row['rgb'] == row['audio'].removesuffix('.wav')
    assert summary['splits']['train']['left_out'] == 0
    assert shapes(summary) == {'rgb': (3, 3, 224, 224), 'audio': (1, 160000)}


def test_readme_shows_the_config_of_frames():
    text = (TOOLS / 'cremad/frames.py').read_text()
    assert (
        text[text.index('frames = dict') :] in (TOOLS / 'cremad/README.md').read_text()
    )


def _fail(root, *args):
    with pytest.raises(SystemExit) as error:
        prepare(TOOL, root, *args)
    return str(error.value)


def test_lists_that_cannot_be_read(tmp_path):
    root = write_tree(tmp_path, **SMALL)
    path = root / 'train.csv'
    good = path.read_text('utf-8-sig')
    assert path.read_bytes().startswith(b'\xef\xbb\xbf1')
    for line, expected in (
        ('1001_IEO_JOY_XX,JOY', "unknown class 'JOY'"),
        ('1001_IEO_NEU_XX', 'expected "clip,EMOTION"'),
    ):
        path.write_text(f'{good}\r\n{line}\r\n')
        message = _fail(root)
        number = good.count('\n') + 2
        assert f'train.csv, line {number}: ' in message and expected in message
    path.write_text('')
    assert 'train.csv is empty' in _fail(root)
    path.unlink()
    message = _fail(root)
    assert 'train.csv does not exist' in message and 'GeWu-Lab' in message


def test_other_files_are_named_and_nothing_is_an_error(tmp_path, capsys):
    (tmp_path / 'other').mkdir()
    assert 'git lfs' in _fail(tmp_path / 'other')
    root = write_tree(tmp_path / 'root', **SMALL, split_files=False)
    (root / 'AudioWAV/._1001_IEO_NEU_XX.wav').write_bytes(b'x')
    (root / 'AudioWAV/read me, please.txt').write_text('x')
    summary = prepare(TOOL, root, '--skip-inspection')
    assert sum(split['listed'] for split in summary['splits'].values()) == 16
    assert '1 files are not called like 1001_IEO_NEU_XX' in capsys.readouterr().err
