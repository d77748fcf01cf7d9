"""Annotations, sources, and what is loaded."""

import numpy as np
import pytest
import torch
from avdata import BRANCHES, SHARED, build, pipeline
from media import tone, write_sound, write_video
from mmengine.dataset import pseudo_collate


@pytest.fixture
def root(tmp_path):
    rng = np.random.default_rng(0)
    for name in ('a b', 'c', 'd'):
        frames = rng.integers(0, 255, (12, 32, 32, 3), np.uint8)
        write_video(tmp_path / 'videos' / f'{name}.mp4', frames, 8, tone(1.5))
    lines = ['videos/a b.mp4 0', 'videos/c.mp4 2', 'videos/d.mp4 1']
    (tmp_path / 'list.txt').write_text('\n'.join(lines) + '\n\n')
    return tmp_path


def test_text_list_gives_all_modalities_from_one_file(root):
    dataset = build(root)
    assert len(dataset) == 3
    sample = dataset[0]
    assert list(sample['inputs']) == ['rgb', 'audio']
    assert sample['inputs']['rgb'].shape == (1, 3, 4, 16, 16)
    assert sample['inputs']['audio'].shape == (1, 4000)
    assert sample['data_samples'].gt_label.tolist() == [0]
    assert sample['data_samples'].metainfo['faults'] == ()
    batch = pseudo_collate([dataset[0], dataset[1]])
    assert [len(batch['inputs'][m]) for m in ('rgb', 'audio')] == [2, 2]


def test_csv_has_a_column_per_source(root):
    write_sound(root / 'wavs' / 'x.wav', np.full(24000, 0.25), 16000)
    (root / 'list.csv').write_text(
        '\ufefflabel,rgb,audio\n1,"a b.mp4","x.wav"\n', encoding='utf-8'
    )
    dataset = build(root, 'list.csv', data_prefix=dict(rgb='videos', audio='wavs'))
    sample = dataset[0]
    assert sample['data_samples'].gt_label.tolist() == [1]
    assert sample['inputs']['audio'].numpy() == pytest.approx(0.25, abs=1e-3)


def test_modalities_leave_the_other_files_alone(root):
    (root / 'list.csv').write_text('label,rgb,audio\n1,videos/c.mp4,missing.wav\n')
    assert list(build(root, 'list.csv', modalities=['rgb'])[0]['inputs']) == ['rgb']


def test_segment_restricts_the_frames(root):
    frames = np.zeros((40, 32, 32, 3), np.uint8)
    frames[20:30] = 255
    write_video(root / 'long.mp4', frames, 10, np.repeat([0.0, 0.5], 32000))
    (root / 'list.csv').write_text('label,rgb,start,end\n0,long.mp4,2.0,3.0\n')
    only = pipeline({'rgb': BRANCHES['rgb']})
    dataset = build(root, 'list.csv', pipeline=only)
    for _ in range(20):
        assert dataset[0]['inputs']['rgb'].min() > 200
    both = dict(BRANCHES)
    (root / 'both.csv').write_text(
        'label,rgb,audio,start,end\n0,long.mp4,long.mp4,2.5,3.5\n'
    )
    audio = build(root, 'both.csv', pipeline=pipeline(both))[0]['inputs']['audio']
    assert audio.mean() > 0.4
    (root / 'bad.csv').write_text('label,rgb,start,end\n0,long.mp4,7.0,8.0\n')
    with pytest.raises(ValueError, match='samples no frames'):
        build(root, 'list.csv', pipeline=only[1:][1:])
    with pytest.raises(ValueError, match='holds no frame'):
        build(root, 'bad.csv', pipeline=only)[0]


def test_extracted_frames_and_flow(root):
    import cv2

    for index in range(1, 11):
        for name in ('img', 'flow_x', 'flow_y'):
            (root / 'frames/v').mkdir(parents=True, exist_ok=True)
            value = np.full(
                (32, 32), 10 * index + ('img', 'flow_x', 'flow_y').index(name)
            )
            cv2.imwrite(str(root / f'frames/v/{name}_{index:05}.png'), value)
    branches = dict(
        rgb=[
            dict(type='RawFrameDecode'),
            dict(type='FormatShape', input_format='NCTHW'),
        ],
        flow=[
            dict(type='RawFrameDecode'),
            dict(type='FormatShape', input_format='NCHW'),
        ],
    )
    (root / 'frames.txt').write_text('v 10 1\n')
    shared = [dict(type='SampleFrames', clip_len=5, frame_interval=2, test_mode=True)]
    dataset = build(
        root,
        'frames.txt',
        pipeline=pipeline(branches, shared),
        data_prefix=dict(rgb='frames', flow='frames'),
        filename_tmpl=dict(rgb='img_{:05}.png', flow='flow_{}_{:05}.png'),
        fps=10.0,
    )
    inputs = dataset[0]['inputs']
    assert inputs['rgb'][0, 0, :, 0, 0].tolist() == [10, 30, 50, 70, 90]
    # Ten channels: x and y of five frames.
    assert inputs['flow'].shape == (1, 10, 32, 32)
    assert inputs['flow'][0, :4, 0, 0].tolist() == [11, 12, 31, 32]


def test_second_view_follows_the_clock_in_time(root):
    ramp = np.arange(40, dtype=np.uint8)[:, None, None, None] * 6
    frames = np.broadcast_to(ramp, (40, 32, 32, 3))
    write_video(root / 'front.mp4', frames, 20)
    write_video(root / 'rear.mp4', frames[::4], 5)
    (root / 'views.csv').write_text('label,front,rear\n0,front.mp4,rear.mp4\n')
    decode = [dict(type='DecordDecode'), dict(type='FormatShape', input_format='NCTHW')]
    branches = dict(front=decode, rear=[dict(type='DecordInit'), *decode])
    dataset = build(root, 'views.csv', pipeline=pipeline(branches))
    inputs = dataset[0]['inputs']
    front, rear = (inputs[m][0, 0, :, 8, 8].float() for m in ('front', 'rear'))
    assert (front - rear).abs().max() < 6 * 2.5
    assert front[-1] - front[0] > 20


def test_share_random_draws_alike(root):
    decode = BRANCHES['rgb']
    (root / 'pair.csv').write_text('label,front,rear\n0,videos/c.mp4,videos/c.mp4\n')
    for shared in (True, ['front', 'rear'], False):
        branches = dict(front=decode, rear=decode)
        dataset = build(
            root, 'pair.csv', pipeline=pipeline(branches, share_random=shared)
        )
        np.random.seed(0)
        same = []
        for _ in range(12):
            inputs = dataset[0]['inputs']
            same.append(torch.equal(inputs['front'], inputs['rear']))
        assert all(same) == bool(shared)
    with pytest.raises(ValueError, match='share_random names'):
        build(root, pipeline=pipeline(share_random=['depth']))


def test_cache_gives_the_same_samples(root, tmp_path):
    np.random.seed(1)
    plain = [build(root)[i]['inputs'] for i in range(3)]
    cache = tmp_path / 'cache'
    for _ in range(2):
        np.random.seed(1)
        cached = build(root, cache=str(cache))
        for i in range(3):
            inputs = cached[i]['inputs']
            assert torch.equal(inputs['rgb'], plain[i]['rgb'])
            torch.testing.assert_close(inputs['audio'], plain[i]['audio'])
        files = sorted(cache.iterdir())
        assert len(files) == 12
    # A changed file is decoded again.
    frames = np.full((12, 32, 32, 3), 77, np.uint8)
    write_video(root / 'videos/c.mp4', frames, 8, tone(1.5))
    changed = build(root, cache=str(cache))[1]['inputs']['rgb'].float()
    assert (changed - 77).abs().max() < 4


def test_random_state_makes_samples_repeatable(root):
    dataset = build(root)
    dataset.random_state = torch.tensor([7, 0])
    before = np.random.get_state()[1].tolist()
    first = [dataset[0]['inputs']['rgb'] for _ in range(2)]
    assert torch.equal(*first)
    assert np.random.get_state()[1].tolist() == before
    epochs = set()
    for epoch in range(6):
        dataset.random_state[1] = epoch
        epochs.add(dataset[0]['inputs']['rgb'].float().mean(dim=(0, 1, 3, 4))[0].item())
    assert len(epochs) > 1


@pytest.mark.parametrize(
    'text, kwargs, message',
    [
        ('', {}, 'holds no sample'),
        ('videos/c.mp4 x\n', {}, r'list.txt, line 1: label must be a number'),
        ('videos/c.mp4 5\n', dict(num_classes=3), r'sample 1: label 5 does not fit'),
        ('videos/c.mp4 -1\n', {}, 'label -1 does not fit'),
        (
            'videos/c.mp4 0\n',
            dict(modalities=['depth']),
            r"modalities names \['depth'\]",
        ),
        ('videos/c.mp4 0\n', dict(on_error='ignore'), "but got 'ignore'"),
        ('videos/c.mp4 0\n', dict(on_error=dict(flow='skip')), 'on_error names'),
    ],
)
def test_bad_text_lists(root, text, kwargs, message):
    (root / 'list.txt').write_text(text)
    with pytest.raises(ValueError, match=message):
        build(root, **kwargs)


@pytest.mark.parametrize(
    'text, kwargs, message',
    [
        ('rgb,audio\na,b\n', {}, 'needs a column "label"'),
        ('label\n1\n', {}, 'one per source'),
        ('label,rgb,audio\n1,a, b,c\n', {}, 'quote cells'),
        ('label,rgb,audio\n"1,2",a,b\n', {}, 'assume one label'),
        ('label,rgb,audio,start,end\n1,a,b,3,2\n', {}, 'end must be later'),
        ('label,rgb,audio,start,end\n1,a,b,x,2\n', {}, 'start must be a number'),
        (
            'label,rgb\n1,a\n',
            {},
            r"modalities names \['audio'\].*columns for \['rgb'\]",
        ),
        ('label,rgb,audio\n1,a,b\n', dict(clock='flow'), 'clock names'),
    ],
)
def test_bad_csv(root, text, kwargs, message):
    (root / 'list.csv').write_text(text)
    with pytest.raises(ValueError, match=message):
        build(root, 'list.csv', **kwargs)


def test_missing_annotation_file(root):
    with pytest.raises(FileNotFoundError, match='annotation file .*none.txt'):
        build(root, 'none.txt')


def test_pipeline_without_branches(root):
    with pytest.raises(ValueError, match='one PerModality'):
        build(root, pipeline=SHARED)


def test_branch_that_ends_too_early(root):
    with pytest.raises(ValueError, match='branch of rgb leaves none of'):
        build(root, pipeline=pipeline(dict(rgb=[])))[0]
