"""A data set that does without some of its modalities."""

import numpy as np
import pytest
from avdata import build
from media import tone, write_sound, write_video


@pytest.fixture
def root(tmp_path):
    """Silent videos, and sounds in files of their own."""
    rows = ['rgb,audio,label']
    for index in range(2):
        frames = np.full((12, 32, 32, 3), 40 * index + 20, np.uint8)
        write_video(tmp_path / 'v' / f'{index}.mp4', frames, 8)
        write_sound(tmp_path / 'a' / f'{index}.wav', tone(1.5))
        rows.append(f'v/{index}.mp4,a/{index}.wav,{index}')
    (tmp_path / 'list.csv').write_text('\n'.join(rows))
    return tmp_path


def test_a_missing_modality_needs_no_files(root):
    for path in (root / 'a').iterdir():
        path.unlink()
    with pytest.raises(FileNotFoundError, match=r'audio: cannot read .*0\.wav'):
        build(root, 'list.csv')[0]
    dataset = build(root, 'list.csv', missing=['audio'], on_error=dict(audio='skip'))
    assert [list(dataset[index]['inputs']) for index in range(2)] == [['rgb']] * 2
    assert not dataset[0]['data_samples'].metainfo['faults']


def test_nor_a_column_or_folder(root):
    rows = (root / 'list.csv').read_text().splitlines()
    cut = [','.join(row.split(',')[::2]) for row in rows]
    (root / 'cut.csv').write_text('\n'.join(cut))
    with pytest.raises(ValueError, match=r"has columns for \['rgb'\]"):
        build(root, 'cut.csv', modalities=['rgb', 'audio'])
    kwargs = dict(modalities=['rgb', 'audio'], missing=['audio'])
    assert list(build(root, 'cut.csv', **kwargs)[0]['inputs']) == ['rgb']
    nowhere = dict(data_prefix=dict(audio='nowhere'), missing=['audio'])
    assert list(build(root, 'list.csv', **nowhere)[0]['inputs']) == ['rgb']


def test_the_clock_stays_the_clock(root):
    dataset = build(root, 'list.csv', missing=['rgb'])
    whole = build(root, 'list.csv')
    assert dataset.clock == whole.clock == 'rgb'
    assert list(dataset[1]['inputs']) == ['audio']
    assert np.array_equal(dataset[1]['inputs']['audio'], whole[1]['inputs']['audio'])
    (root / 'v' / '1.mp4').unlink()
    with pytest.raises(FileNotFoundError, match='missing on purpose, but.* the clock'):
        dataset[1]


def test_the_clock_of_a_list_stays_the_first_modality(root):
    folders = dict(data_prefix=dict(audio='a'), missing=['rgb'])
    (root / 'list.txt').write_text('v/0.mp4 0\n')
    prefix = dict(rgb='', audio='a')
    assert build(root, data_prefix=prefix, missing=['rgb']).clock == 'rgb'
    assert build(root, missing=['rgb']).clock == 'rgb'
    assert build(root, **folders).clock == 'audio'
