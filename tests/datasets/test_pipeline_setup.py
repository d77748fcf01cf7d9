"""What fails before the first sample is loaded, and what must not."""

import numpy as np
import pytest
from avdata import BRANCHES, SHARED, build, pipeline
from media import tone, write_flow, write_frames, write_sound, write_video

from mm_laziness.datasets.clip_cache import CachedDecordInit

SOUND = dict(
    type='LoadAudioClips',
    sample_rate=8000,
    clip_seconds=0.5,
    pad='tile',
    align='segment',
)


@pytest.fixture
def root(tmp_path):
    write_video(tmp_path / 'videos/v.mp4', sound=tone(1.0))
    write_sound(tmp_path / 'wavs/v.wav', np.repeat([0.1, 0.2], 8000))
    (tmp_path / 'list.csv').write_text('label,rgb,audio\n0,v.mp4,v.wav\n')
    return tmp_path


def test_missing_folder_is_said_once_and_before_training(root):
    good = dict(rgb='videos', audio='wavs')
    assert len(build(root, 'list.csv', data_prefix=good)) == 1
    for name in good:
        wrong = dict(good, **{name: 'elsewhere'})
        message = rf"elsewhere of '{name}' does not exist; .*data_prefix\['{name}'\]"
        for on_error in ('raise', 'skip', 'zeros'):
            with pytest.raises(FileNotFoundError, match=message):
                build(root, 'list.csv', data_prefix=wrong, on_error=on_error)
    with pytest.raises(FileNotFoundError, match='set data_root'):
        build(root / 'gone', str(root / 'list.csv'))


def test_folders_that_nobody_reads_may_be_missing(root):
    only = dict(data_prefix=dict(rgb='videos', audio='gone'), modalities=['rgb'])
    assert build(root, 'list.csv', **only)[0]['inputs']['rgb'].any()
    # The clock is opened for the sound alone as well.
    only = dict(data_prefix=dict(rgb='gone', audio='wavs'), modalities=['audio'])
    for cache in (None, str(root / 'cache')):
        with pytest.raises(FileNotFoundError, match="gone of 'rgb'"):
            build(root, 'list.csv', cache=cache, **only)
    whole = build(root, 'list.csv', pipeline=pipeline(dict(audio=[SOUND]), []), **only)
    assert whole[0]['inputs']['audio'].shape == (1, 4000)


def test_uni_modal_flow_leaves_the_frames_alone(root):
    write_flow(root / 'flow/v', np.zeros((9, 8, 8, 2), np.uint8))
    (root / 'flow.csv').write_text('label,rgb,flow,total_frames\n0,v,v,9\n')
    stack = [dict(type='LoadFlowStack'), dict(type='FormatShape', input_format='NCHW')]
    branches = dict(rgb=[dict(type='RawFrameDecode')], flow=stack)
    dataset = build(
        root,
        'flow.csv',
        pipeline=pipeline(branches, [dict(type='SampleFrames', clip_len=1)]),
        data_prefix=dict(rgb='gone', flow='flow'),
        filename_tmpl=dict(flow='flow_{}_{:05}.png'),
        modalities=['flow'],
    )
    assert dataset[0]['inputs']['flow'].shape == (1, 20, 8, 8)


def test_a_template_of_folders_is_looked_for_above_it(root):
    for axis in 'uv':
        write_frames(root / f'tvl1_flow/{axis}/v', np.zeros((9, 8, 8), np.uint8))
    (root / 'flow.csv').write_text('label,flow,total_frames\n0,v,9\n')
    stack = [
        dict(type='LoadFlowStack', axes=('u', 'v')),
        dict(type='FormatShape', input_format='NCHW'),
    ]
    settings = dict(
        pipeline=pipeline(dict(flow=stack), [dict(type='SampleFrames', clip_len=1)]),
        filename_tmpl='img_{:05}.png',
    )
    prefix = dict(flow='tvl1_flow/{}')
    dataset = build(root, 'flow.csv', data_prefix=prefix, **settings)
    assert dataset[0]['inputs']['flow'].shape == (1, 20, 8, 8)
    with pytest.raises(FileNotFoundError, match="tvl2 of 'flow' does not exist"):
        build(root, 'flow.csv', data_prefix=dict(flow='tvl2/{}'), **settings)


def test_a_template_may_begin_within_the_name_of_a_folder(root):
    for axis in 'xy':
        write_frames(root / f'flow_{axis}/v', np.zeros((9, 8, 8), np.uint8))
    (root / 'flow.csv').write_text('label,flow,total_frames\n0,v,9\n')
    stack = [dict(type='LoadFlowStack'), dict(type='FormatShape', input_format='NCHW')]
    dataset = build(
        root,
        'flow.csv',
        pipeline=pipeline(dict(flow=stack), [dict(type='SampleFrames', clip_len=1)]),
        filename_tmpl='img_{:05}.png',
        data_prefix=dict(flow='flow_{}'),
    )
    assert dataset[0]['inputs']['flow'].shape == (1, 20, 8, 8)


def test_absolute_paths_need_no_folder(root):
    lines = f'label,rgb,audio\n0,{root}/videos/v.mp4,{root}/wavs/v.wav\n'
    (root / 'list.csv').write_text(lines)
    prefix = dict(rgb='gone', audio='gone')
    inputs = build(root, 'list.csv', data_prefix=prefix)[0]['inputs']
    assert inputs['rgb'].any() and inputs['audio'].any()


def test_segments_need_something_that_they_restrict(root):
    rows = 'label,rgb,audio,start,end\n0,v.mp4,v.wav,0.25,0.45\n'
    (root / 'list.csv').write_text(rows)
    settings = dict(data_prefix=dict(rgb='videos', audio='wavs'))
    only = pipeline(dict(audio=[SOUND]), [])
    sound = build(root, 'list.csv', pipeline=only, **settings)[0]['inputs']['audio']
    np.testing.assert_allclose(sound, 0.1, atol=1e-3)
    rgb = pipeline(dict(rgb=BRANCHES['rgb']), SHARED[:1])
    with pytest.raises(ValueError, match='samples no frames that they could restrict'):
        build(root, 'list.csv', pipeline=rgb, **settings)


def test_cache_stands_for_decord_in_all_branches(root, tmp_path):
    branches = dict(BRANCHES, zoom=[dict(type='DecordInit'), *BRANCHES['rgb']])
    (root / 'list.csv').write_text('label,rgb,audio,zoom\n0,v.mp4,v.mp4,v.mp4\n')
    dataset = build(
        root / 'videos',
        str(root / 'list.csv'),
        pipeline=pipeline(branches),
        cache=str(tmp_path / 'cache'),
    )
    shared, branching = dataset.pipeline.transforms[0], dataset.pipeline.transforms[2]
    for step in (shared, branching.branches['zoom'][0]):
        assert isinstance(step, CachedDecordInit)
    assert dataset[0]['inputs']['zoom'].shape == (1, 3, 4, 16, 16)
