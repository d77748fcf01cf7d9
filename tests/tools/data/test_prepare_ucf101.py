"""UCF101 from its published folders and lists."""

import cv2
import numpy as np
import pytest
from preparing import TOOLS, load_tool, prepare, rows, same_annotations, shapes
from trees.ucf101 import write_tree

TOOL = load_tool('ucf101')
BIG = dict(size=(340, 256), frames=12, splits=(1,))


@pytest.mark.parametrize('layout', ['feichtenhofer', 'rawframes'])
def test_annotations_of_both_layouts(tmp_path, layout, capsys):
    root = write_tree(tmp_path / 'root', layout, **BIG)
    other = write_tree(tmp_path / 'other', layout, frames=12, annotations=True)
    summary = prepare(TOOL, root, sample=True)
    assert same_annotations(root, other)
    # Flow is one picture shorter, so that is how many frames there are.
    first = rows(root, 'train_split1')[0]
    assert first['total_frames'] == '11'
    assert not (root / 'annotations/train_split2.csv').exists()
    assert shapes(summary) == {'rgb': (1, 3, 224, 224), 'flow': (1, 20, 224, 224)}
    printed = capsys.readouterr()
    assert 'published 9,537 clips in train_split1, found 9' in printed.out
    assert ("axes'] = ('x', 'y')" in printed.out) is (layout == 'rawframes')
    assert 'unequal' not in printed.err


def test_folders_are_found_however_they_are_spelt(tmp_path):
    root = write_tree(tmp_path)
    listed = (root / 'ucfTrainTestlist/trainlist01.txt').read_text()
    assert 'HandstandPushups/v_HandStandPushups_g08_c01.avi' in listed
    summary = prepare(TOOL, root, '--split', 1)
    assert rows(root, 'train_split1')[-1]['rgb'] == 'v_HandstandPushups_g09_c01'
    assert summary['splits']['train_split1']['missing'] == 0


def test_splits_that_were_asked_for(tmp_path):
    root = write_tree(tmp_path)
    assert set(prepare(TOOL, root, '--split', 2, 3)['splits']) == {
        *('train_split2', 'test_split2', 'train_split3', 'test_split3'),
    }
    assert len(prepare(TOOL, root)['splits']) == 6


def test_config_of_rawframes_loads_what_the_tree_holds(tmp_path, monkeypatch):
    root = write_tree(tmp_path, 'rawframes', **BIG)
    prepare(TOOL, root)
    from mmaction.registry import DATASETS
    from mmengine.config import Config

    from mm_laziness.utils.config import resolve_config

    cfg = Config.fromfile(TOOLS / 'ucf101/rawframes.py')
    cfg.data_root = str(root)
    dataset = DATASETS.build(resolve_config(cfg).test_dataloader.dataset)
    flow = dataset[2]['inputs']['flow'].float()
    # Of the third class: x is 128 + 40, y is 128 - 40, as far as JPEG keeps them.
    np.testing.assert_allclose(flow[:, 0::2].mean(), 168, atol=1)
    np.testing.assert_allclose(flow[:, 1::2].mean(), 88, atol=1)


def test_readme_shows_the_config_of_rawframes():
    text = (TOOLS / 'ucf101/rawframes.py').read_text()
    assert (
        text[text.index('train_pipeline') :] in (TOOLS / 'ucf101/README.md').read_text()
    )


def test_unequal_axes_of_flow_are_reported(tmp_path, capsys):
    root = write_tree(tmp_path, splits=(1,))
    (root / 'tvl1_flow/v/v_BabyCrawling_g09_c01/frame000013.jpg').unlink()
    prepare(TOOL, root)
    err = capsys.readouterr().err
    assert 'of 1 videos' in err and 'v_BabyCrawling_g09_c01 (13 and 12)' in err
    counts = {row['rgb']: row['total_frames'] for row in rows(root, 'train_split1')}
    assert counts['v_BabyCrawling_g09_c01'] == '12'
    assert counts['v_BabyCrawling_g08_c01'] == '13'


def test_videos_without_flow_are_left_out_and_named(tmp_path):
    root = write_tree(tmp_path, splits=(1,))
    for picture in (root / 'tvl1_flow/u/v_BabyCrawling_g09_c01').iterdir():
        picture.unlink()
    summary = prepare(TOOL, root)
    numbers = summary['splits']['train_split1']
    assert (numbers['listed'], numbers['written'], numbers['left_out']) == (9, 8, 1)
    (left,) = rows(root, 'left_out')
    assert 'v_BabyCrawling_g09_c01' in left['files']


def test_lists_of_test_clips_with_labels(tmp_path):
    # As DI-MML's testlist001.txt has them; others leave them out.
    root = write_tree(tmp_path, splits=(1,))
    path = root / 'ucfTrainTestlist/testlist01.txt'
    lines = path.read_text().split()
    path.write_text('\n'.join(f'{line} {n}' for n, line in enumerate(lines, 1)))
    prepare(TOOL, root)
    assert [row['label'] for row in rows(root, 'test_split1')] == ['0', '1', '2']


def _fail(root, *args):
    with pytest.raises(SystemExit) as error:
        prepare(TOOL, root, *args)
    return str(error.value)


@pytest.mark.parametrize(
    ('file', 'line', 'expected'),
    [
        ('trainlist01.txt', 'Crying/v_Crying_g08_c01.avi 2', "unknown class 'Crying'"),
        ('trainlist01.txt', 'no video', 'expected "Class/v_Class_g01_c01.avi [label]"'),
        ('trainlist01.txt', 'BabyCrawling/v_a.avi 3', 'gives 2 for BabyCrawling'),
        ('classInd.txt', '7 Diving', 'expected "4 <class>"'),
    ],
)
def test_lines_that_cannot_be_read(tmp_path, file, line, expected):
    root = write_tree(tmp_path)
    path = root / 'ucfTrainTestlist' / file
    count = len(path.read_text().split('\n'))
    with open(path, 'a') as out:
        out.write(line)
    message = _fail(root)
    assert f'{file}, line {count}' in message and expected in message


def test_missing_lists_and_pictures_say_where_they_come_from(tmp_path):
    root = write_tree(tmp_path, splits=(1,))
    message = _fail(root, '--split', 2)
    assert 'trainlist02.txt does not exist' in message and 'crcv.ucf.edu' in message
    assert 'crcv.ucf.edu' in _fail(root, '--lists', tmp_path / 'nowhere')
    message = _fail(root, '--layout', 'rawframes')
    assert f'{root}/rawframes does not exist' in message and 'README.md' in message
    (tmp_path / 'empty').mkdir()
    assert 'neither' in _fail(tmp_path / 'empty')
    (root / 'rawframes').mkdir()
    assert 'choose one by --layout' in _fail(root)
    picture = np.zeros((8, 8, 3), np.uint8)
    cv2.imwrite(str(root / 'rawframes/img_00001.jpg'), picture)
    assert "none of the 12 files of 'rgb'" in _fail(root, '--layout', 'rawframes')
