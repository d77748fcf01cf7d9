"""Missing and broken files: raised, skipped or blank, and always recorded."""

import numpy as np
import pytest
import torch
from avdata import BRANCHES, build, pipeline
from media import tone, write_video

BROKEN = {
    'missing': lambda path: path.unlink(),
    'empty': lambda path: path.write_bytes(b''),
    'truncated': lambda path: path.write_bytes(path.read_bytes()[:1500]),
    'text': lambda path: path.write_text('not a video'),
}


@pytest.fixture
def root(tmp_path):
    for index in range(4):
        frames = np.full((12, 32, 32, 3), 40 * index + 20, np.uint8)
        write_video(tmp_path / f'{index}.mp4', frames, 8, tone(1.5))
    # The third has no sound.
    write_video(tmp_path / '2.mp4', np.full((12, 32, 32, 3), 100, np.uint8), 8)
    (tmp_path / 'list.txt').write_text(''.join(f'{i}.mp4 {i}\n' for i in range(4)))
    return tmp_path


@pytest.mark.parametrize('kind', BROKEN)
def test_raise_names_file_and_setting(root, kind):
    BROKEN[kind](root / '1.mp4')
    error = FileNotFoundError if kind == 'missing' else ValueError
    with pytest.raises(
        error, match=r"cannot read .*1\.mp4.*on_error=dict\(rgb='skip'\)"
    ):
        build(root)[1]


def test_no_sound_stream_is_named(root):
    with pytest.raises(
        ValueError, match=r'audio: cannot read .*2\.mp4.*no sound stream'
    ):
        build(root)[2]


@pytest.mark.parametrize('kind', BROKEN)
def test_skip_draws_another_sample_in_training(root, kind):
    BROKEN[kind](root / '1.mp4')
    np.random.seed(0)
    sample = build(root, on_error='skip')[1]
    assert sample['data_samples'].gt_label.item() in (0, 3)
    assert sample['inputs']['rgb'].any() and sample['inputs']['audio'].any()
    record = sample['data_samples'].metainfo['faults'][0]
    assert record.action == 'skipped' and record.path.endswith('1.mp4')
    assert record.modality == 'rgb' and record.reason


def test_skip_keeps_the_size_of_a_test(root):
    dataset = build(root, on_error='skip', test_mode=True)
    assert len(dataset) == 4
    sample = dataset[2]
    assert sample['data_samples'].gt_label.item() == 2
    assert sample['inputs']['rgb'].any() and not sample['inputs']['audio'].any()
    assert [f.action for f in sample['data_samples'].metainfo['faults']] == ['zeros']


@pytest.mark.parametrize('test_mode', [True, False])
def test_zeros_keep_shape_order_and_label(root, test_mode):
    dataset = build(root, on_error=dict(audio='zeros'), test_mode=test_mode)
    good, blank = dataset[0], dataset[2]
    assert list(blank['inputs']) == ['rgb', 'audio']
    for name in good['inputs']:
        assert blank['inputs'][name].shape == good['inputs'][name].shape
        assert blank['inputs'][name].dtype == good['inputs'][name].dtype
    assert not blank['inputs']['audio'].any()
    assert blank['data_samples'].gt_label.item() == 2
    record = blank['data_samples'].metainfo['faults'][0]
    assert (record.modality, record.action) == ('audio', 'zeros')


def test_zeros_without_the_clock_are_zeros_of_all(root):
    (root / '1.mp4').unlink()
    sample = build(root, on_error='zeros')[1]
    assert not any(value.any() for value in sample['inputs'].values())
    assert sample['data_samples'].gt_label.item() == 1


def test_policy_is_per_modality(root):
    with pytest.raises(ValueError, match='no sound stream'):
        build(root, on_error=dict(rgb='skip'))[2]


def test_gives_up_after_many(root):
    for index in range(4):
        (root / f'{index}.mp4').unlink()
    with pytest.raises(ValueError, match='samples in a row could not be read'):
        build(root, on_error='skip', max_refetch=7)[0]
    with pytest.raises(ValueError, match='no sample of .* has all of'):
        build(root, on_error='zeros')[0]


def test_faults_of_the_program_are_not_swallowed(root):
    wrong = dict(BRANCHES, rgb=[dict(type='Resize', scale=(8, 8))])
    with pytest.raises(KeyError):
        build(root, on_error='skip', pipeline=pipeline(wrong))[0]


def test_skipped_draw_is_repeatable(root):
    (root / '1.mp4').unlink()
    dataset = build(root, on_error='skip')
    dataset.random_state = torch.tensor([3, 5])
    labels = {dataset[1]['data_samples'].gt_label.item() for _ in range(5)}
    assert len(labels) == 1
