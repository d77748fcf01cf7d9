"""Kinetics-400 from MMAction2's lists and from CVDF's annotations."""

import csv

import pytest
from media import tone, write_video
from mmaction.registry import DATASETS
from preparing import load_tool, prepare, shapes
from trees.kinetics import CLASSES, write_lists, write_tree

from mm_laziness.datasets.annotations import read_annotations

TOOL = load_tool('kinetics')
FOLDERS = [name.replace(' ', '_') for name in CLASSES]
LIST = 'kinetics400_{}_list_videos.txt'


def listed(root, split='train'):
    found = read_annotations(str(root / LIST.format(split)))
    return [(row['sources'], row['label']) for row in found]


def faults(root, file='left_out'):
    with open(root / 'annotations' / f'{file}.csv', newline='') as opened:
        return {row['files']: row['reason'] for row in csv.DictReader(opened)}


def test_lists_of_mmaction2_stay_as_they_are(tmp_path):
    write_tree(tmp_path)
    before = [(tmp_path / LIST.format(s)).read_bytes() for s in ('train', 'val')]
    gone = sorted((tmp_path / 'videos_train' / FOLDERS[0]).iterdir())[0]
    gone.unlink()
    summary = prepare(TOOL, tmp_path, sample=True)
    assert before == [
        (tmp_path / LIST.format(s)).read_bytes() for s in ('train', 'val')
    ]
    assert summary['classes'] == FOLDERS
    assert summary['splits']['train']['missing'] == 1
    assert summary['splits']['train']['written'] == 6
    assert faults(tmp_path, 'kept_with_faults') == {
        gone.relative_to(tmp_path).as_posix(): 'missing'
    }
    assert shapes(summary) == {'rgb': (1, 3, 8, 224, 224), 'audio': (1, 32512)}
    assert summary['warnings'] == [
        'published 400 classes, found 3',
        'published 240,436 clips in train, found 5 (the list names 6)',
        'published 19,796 clips in val, found 3 (the list names 3)',
    ]


def test_the_list_of_one_split_suffices(tmp_path):
    write_tree(tmp_path)
    (tmp_path / LIST.format('train')).unlink()
    assert list(prepare(TOOL, tmp_path, '--skip-inspection')['splits']) == ['val']


def test_a_label_of_two_classes_is_told(tmp_path):
    write_tree(tmp_path)
    path = tmp_path / LIST.format('train')
    path.write_text(path.read_text().replace('mp4 1', 'mp4 0'))
    warning = prepare(TOOL, tmp_path, '--skip-inspection')['warnings'][0]
    assert warning.startswith('label 0 has videos of several folders: massaging')


@pytest.mark.parametrize('layout', ['cvdf', 'cvdf_classes'])
def test_lists_from_cvdf(tmp_path, layout):
    rows = write_tree(tmp_path, layout)
    summary = prepare(TOOL, tmp_path, sample=True)
    # In the order of the names with underscores, as MMAction2 numbers them.
    assert summary['classes'] == FOLDERS
    folder = '' if layout == 'cvdf' else '{}/'
    for split in ('train', 'val'):
        assert listed(tmp_path, split) == [
            (f'{folder.format(FOLDERS[label])}{stem}.mp4', label)
            for own, stem, label in rows
            if own == split
        ]
    assert shapes(summary)['rgb'] == (1, 3, 8, 224, 224)
    # Flat folders keep their name; a link has the one that configs look in.
    assert (tmp_path / 'videos_train').is_symlink() == (layout == 'cvdf')
    # The same command takes in what has come since.
    lost = tmp_path / 'videos_val' / listed(tmp_path, 'val')[0][0]
    lost.rename(tmp_path / 'elsewhere.mp4')
    assert prepare(TOOL, tmp_path)['splits']['val']['written'] == 2
    assert len(listed(tmp_path, 'val')) == 2 and len(faults(tmp_path)) == 1
    (tmp_path / 'elsewhere.mp4').rename(lost)
    assert prepare(TOOL, tmp_path)['splits']['val']['written'] == 3


def test_lists_work_in_the_data_set(tmp_path):
    write_tree(tmp_path, 'cvdf')
    prepare(TOOL, tmp_path)
    branches = dict(
        audio=[dict(type='LoadAudioClips', sample_rate=8000, clip_seconds=1)]
    )
    dataset = DATASETS.build(
        dict(
            type='MultiModalDataset',
            data_root=str(tmp_path),
            ann_file=LIST.format('val'),
            data_prefix=dict(rgb='videos_val', audio='videos_val'),
            pipeline=[
                dict(type='DecordInit'),
                dict(type='SampleFrames', clip_len=2),
                dict(type='PerModality', branches=branches),
                dict(type='PackModalities'),
            ],
        )
    )
    assert dataset[2]['inputs']['audio'].abs().max() > 0.3
    assert dataset[2]['data_samples'].gt_label == 2


def test_videos_without_annotation_are_told(tmp_path):
    write_tree(tmp_path, 'cvdf')
    write_video(tmp_path / 'train/unknown_000001_000011.mkv', sound=tone(1.0))
    warnings = prepare(TOOL, tmp_path, '--skip-inspection')['warnings']
    assert warnings[0] == (
        '1 videos of train are in no annotation and were not used, for example '
        'unknown_000001_000011.mkv'
    )


def test_which_lists_are_used(tmp_path):
    rows = write_tree(tmp_path)
    write_lists(tmp_path, rows[1:], 'cvdf')
    before = listed(tmp_path)
    prepare(TOOL, tmp_path, '--skip-inspection')
    assert listed(tmp_path) == before
    with pytest.raises(SystemExit, match='not written by this tool'):
        prepare(TOOL, tmp_path, '--skip-inspection', '--lists', 'make')
    prepare(TOOL, tmp_path, '--skip-inspection', '--lists', 'make', '--force')
    assert listed(tmp_path) == before[1:]
    given = prepare(TOOL, tmp_path, '--skip-inspection', '--lists', 'keep')
    assert given['lists_are_given'] and listed(tmp_path) == before[1:]


def test_lists_with_a_label_of_no_class(tmp_path):
    (tmp_path / LIST.format('train')).write_text('a/x.mp4 0\na/y.mp4 4000\n')
    with pytest.raises(
        SystemExit, match=r'train_list_videos.txt: a/y.mp4 has label 40'
    ):
        prepare(TOOL, tmp_path)


@pytest.mark.parametrize('name', [LIST.format('train'), 'annotations/train.csv'])
def test_lists_that_are_not_text_are_named(tmp_path, name):
    (tmp_path / 'annotations').mkdir()
    (tmp_path / name).write_bytes('caf\xe9/x.mp4 0\n'.encode('latin-1'))
    with pytest.raises(SystemExit, match=f'{name} is not a text file in UTF-8'):
        prepare(TOOL, tmp_path)


def test_errors_name_what_is_missing(tmp_path):
    with pytest.raises(SystemExit, match='train.csv does not exist. Get the videos'):
        prepare(TOOL, tmp_path)
    with pytest.raises(SystemExit, match='neither kinetics400_train_list_videos.txt'):
        prepare(TOOL, tmp_path, '--lists', 'keep')
    folder = tmp_path / 'annotations'
    folder.mkdir(exist_ok=True)
    (folder / 'train.csv').write_text('youtube_id,time_start\nx,1\n')
    with pytest.raises(SystemExit, match=r"train.csv: .*\['label', 'time_end'\] are"):
        prepare(TOOL, tmp_path)
    head = 'label,youtube_id,time_start,time_end,split\n'
    (folder / 'train.csv').write_text(f'{head}"a b",x,1,,train\n')
    with pytest.raises(SystemExit, match='train.csv, line 2: time_start and time_end'):
        prepare(TOOL, tmp_path)
    for split in ('train', 'val'):
        (folder / f'{split}.csv').write_text(f'{head}"a b",x,1,11,{split}\n')
    with pytest.raises(
        SystemExit, match='none of the 2 files .*a_b/x_000001_000011.mp4'
    ):
        prepare(TOOL, tmp_path)
