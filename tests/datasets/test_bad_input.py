"""Every kind of bad input, with the outcome that its policy promises."""

import numpy as np
import pytest
from avdata import build, pipeline
from media import tone, write_flow, write_frames, write_sound, write_video

PICTURES = np.arange(14, dtype=np.uint8)[:, None, None, None] * 12
FRAMES = np.broadcast_to(PICTURES + 40, (14, 32, 32, 3))
FLOW = [
    dict(type='LoadFlowStack', length=4),
    dict(type='FormatShape', input_format='NCHW'),
]
FORMAT = dict(type='FormatShape', input_format='NCHW')
PIPELINES = dict(
    video=pipeline(),
    flow=pipeline(
        dict(rgb=[dict(type='RawFrameDecode'), FORMAT], flow=FLOW),
        [dict(type='SampleFrames', clip_len=1, num_clips=2, test_mode=True)],
    ),
    folder=pipeline(
        dict(rgb=[dict(type='DecordDecode'), FORMAT]),
        [dict(type='OpenFrames'), dict(type='SampleFrames', clip_len=14)],
    ),
    picture=pipeline(
        {view: [dict(type='ImageDecode'), FORMAT] for view in ('front', 'rear')}, []
    ),
)
HEADERS = dict(
    video='label,rgb,audio',
    flow='label,rgb,flow,total_frames',
    folder='label,rgb',
    picture='label,front,rear',
)


def video(root, name):
    write_video(root / f'{name}.mp4', FRAMES, 8, tone(1.75))
    return f'{name}.mp4,{name}.mp4'


def flow(root, name):
    write_frames(root / name, FRAMES)
    write_flow(root / name, FRAMES[:-1, ..., :2])
    return f'{name},{name},14'


def folder(root, name):
    write_frames(root / name, FRAMES)
    return name


def picture(root, name):
    write_frames(root / name, FRAMES[:2], '{:03}.png')
    return f'{name}/001.png,{name}/002.png'


MAKE = dict(video=video, flow=flow, folder=folder, picture=picture)


def cut(path, size):
    path.write_bytes(path.read_bytes()[:size])


def fewer(root, count):
    for path in sorted(root.glob('flow_*'))[::-1]:
        if int(path.stem[-5:]) > count:
            path.unlink()


# Layout, what happens to its files, the modality at fault, and what is said.
FAULTS = {
    'no sound track': (
        'video',
        lambda root: write_video(root / 'bad.mp4', FRAMES, 8),
        'audio',
        'no sound stream',
    ),
    'truncated mp4': ('video', lambda root: cut(root / 'bad.mp4', 1500), 'rgb', ''),
    'zero bytes': ('video', lambda root: cut(root / 'bad.mp4', 0), 'rgb', ''),
    'no file': ('video', lambda root: (root / 'bad.mp4').unlink(), 'rgb', ''),
    'much less flow': (
        'flow',
        lambda root: fewer(root / 'bad', 9),
        'flow',
        '9 flow pi',
    ),
    'no flow': ('flow', lambda root: fewer(root / 'bad', 0), 'flow', 'none is named'),
    'flow of zero bytes': (
        'flow',
        lambda root: cut(root / 'bad/flow_y_00004.png', 0),
        'flow',
        r'flow_y_00004\.png \(0 bytes\) is not a picture',
    ),
    'corrupt flow': (
        'flow',
        lambda root: cut(root / 'bad/flow_x_00004.png', 20),
        'flow',
        r'flow_x_00004\.png \(20 bytes\) is not a picture',
    ),
    'frame of zero bytes': (
        'flow',
        lambda root: cut(root / 'bad/img_00004.png', 0),
        'rgb',
        r'img_00004\.png \(0 bytes\) is not a picture',
    ),
    'missing frame': (
        'flow',
        lambda root: (root / 'bad/img_00004.png').unlink(),
        'rgb',
        'img_00004.png',
    ),
    'empty folder': (
        'folder',
        lambda root: [path.unlink() for path in (root / 'bad').iterdir()],
        'rgb',
        'holds 0 files.*filename_tmpl',
    ),
    'missing frame in a folder': (
        'folder',
        lambda root: (root / 'bad/img_00004.png').unlink(),
        'rgb',
        r'img_00004\.png is missing',
    ),
    'corrupt frame in a folder': (
        'folder',
        lambda root: cut(root / 'bad/img_00003.png', 20),
        'rgb',
        r'img_00003\.png \(20 bytes\) is not a picture',
    ),
    'corrupt picture': (
        'picture',
        lambda root: cut(root / 'bad/002.png', 20),
        'rear',
        r'002\.png \(20 bytes\) is not a picture',
    ),
    'picture of zero bytes': (
        'picture',
        lambda root: cut(root / 'bad/002.png', 0),
        'rear',
        r'002\.png \(0 bytes\) is not a picture',
    ),
}


def dataset(root, layout, **settings):
    return build(
        root,
        'list.csv',
        pipeline=PIPELINES[layout],
        filename_tmpl=dict(rgb='img_{:05}.png', flow='flow_{}_{:05}.png'),
        **settings,
    )


@pytest.mark.parametrize('fault', FAULTS)
def test_each_policy_for_each_fault(tmp_path, fault):
    layout, spoil, modality, said = FAULTS[fault]
    rows = [MAKE[layout](tmp_path, name) for name in ('good', 'bad', 'fine')]
    lines = [f'{label},{row}' for label, row in enumerate(rows)]
    (tmp_path / 'list.csv').write_text('\n'.join([HEADERS[layout], *lines]))
    whole = dataset(tmp_path, layout)[1]['inputs']
    spoil(tmp_path)

    message = (
        rf"{modality}: cannot read .*bad.*{said}.*on_error=dict\({modality}='skip'"
    )
    with pytest.raises((ValueError, FileNotFoundError), match=message):
        dataset(tmp_path, layout)[1]

    np.random.seed(0)
    sample = dataset(tmp_path, layout, on_error='skip')[1]
    assert sample['data_samples'].gt_label.item() in (0, 2)
    assert all(value.any() for value in sample['inputs'].values())
    record = sample['data_samples'].metainfo['faults'][0]
    assert (record.modality, record.action) == (modality, 'skipped')

    for settings in (dict(on_error='zeros'), dict(on_error='skip', test_mode=True)):
        sample = dataset(tmp_path, layout, **settings)[1]
        assert sample['data_samples'].gt_label.item() == 1
        blank = {m for m, value in sample['inputs'].items() if not value.any()}
        # Without the clock's file nothing has its time.
        assert blank == ({modality} if said or layout != 'video' else {'rgb', 'audio'})
        for name, value in sample['inputs'].items():
            assert value.shape == whole[name].shape
        (record,) = sample['data_samples'].metainfo['faults']
        assert (record.modality, record.action) == (modality, 'zeros')


def test_a_little_less_flow_is_no_fault(tmp_path):
    row = flow(tmp_path, 'v')
    (tmp_path / 'list.csv').write_text(f'{HEADERS["flow"]}\n0,{row}\n')
    fewer(tmp_path / 'v', 11)
    inputs = dataset(tmp_path, 'flow')[0]['inputs']
    # Frames 3 and 10, counted from 0; flow ends with 10, which stands for 11.
    values = (inputs['flow'][:, ::2, 0, 0].int() - 40) // 12
    assert values.tolist() == [[1, 2, 3, 4], [8, 9, 10, 10]]


def test_wav_of_another_rate_in_stereo_and_a_clip_shorter_than_the_window(tmp_path):
    write_video(tmp_path / 'a b, c.mp4', FRAMES[:2], 8)
    stereo = np.stack([tone(0.25, 44100), np.zeros(11025)], axis=1)
    write_sound(tmp_path / 'sound.wav', stereo, 44100)
    # A byte order mark; spaces and commas in a name.
    text = '\ufefflabel,rgb,audio\n4,"a b, c.mp4",sound.wav\n'
    (tmp_path / 'list.csv').write_text(text, encoding='utf-8')
    sample = build(tmp_path, 'list.csv', num_classes=5)[0]
    assert sample['data_samples'].gt_label.item() == 4
    assert sample['inputs']['rgb'].shape == (1, 3, 4, 16, 16)
    sound = sample['inputs']['audio'][0].numpy()
    # Half a second around the sound's quarter: silence on one side at least.
    assert sound.shape == (4000,)
    loud = np.abs(sound) > 0.02
    assert 1700 < loud.sum() < 2001
    assert np.abs(sound).max() == pytest.approx(0.25, abs=0.02)
    assert not loud[:50].any() or not loud[-50:].any()
