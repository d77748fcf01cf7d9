"""Pictures of several modalities: without a sampler, and augmented alike."""

import numpy as np
import torch
from avdata import build, pipeline
from media import write_flow, write_frames


def test_still_pictures_need_no_sampler(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (2, 32, 32, 3), np.uint8)
    write_frames(tmp_path / 'views', pixels, 'o.obj.shaded_v{:03}.png')
    name = 'views/o.obj.shaded_v{:03}.png'
    rows = ['label,front,rear', f'3,{name.format(1)},{name.format(2)}']
    (tmp_path / 'views.csv').write_text('\n'.join(rows))
    steps = [
        dict(type='ImageDecode'),
        dict(type='Flip', flip_ratio=0.5),
        dict(type='FormatShape', input_format='NCHW'),
    ]
    branches = dict(front=steps, rear=steps)
    dataset = build(
        tmp_path, 'views.csv', pipeline=pipeline(branches, [], share_random=True)
    )
    np.random.seed(0)
    seen = set()
    for _ in range(12):
        inputs = dataset[0]['inputs']
        flipped = []
        for view, truth in zip(inputs.values(), pixels, strict=True):
            assert view.shape == (1, 3, 32, 32) and view.dtype == torch.uint8
            truth = truth.transpose(2, 0, 1)
            flipped.append(not np.array_equal(view[0], truth))
            expected = truth[..., ::-1] if flipped[-1] else truth
            np.testing.assert_array_equal(view[0], expected)
        assert flipped[0] == flipped[1]
        seen.add(flipped[0])
    assert seen == {True, False}


def test_rgb_and_flow_are_cropped_and_flipped_alike(tmp_path):
    rng = np.random.default_rng(0)
    motion = rng.integers(0, 256, (5, 24, 36, 2), np.uint8)
    # Red shows the x of the motion, green its y, so that a crop can be compared.
    frames = np.concatenate([motion, motion[..., :1]], axis=-1)
    write_frames(tmp_path / 'v', frames)
    write_flow(tmp_path / 'v', motion)
    augment = [
        dict(type='RandomResizedCrop', area_range=(0.3, 1.0)),
        dict(type='RandomCrop', size=8),
        dict(type='Flip', flip_ratio=0.5),
        dict(type='FormatShape', input_format='NCHW'),
    ]
    branches = dict(
        rgb=[dict(type='RawFrameDecode'), *augment],
        flow=[dict(type='LoadFlowStack', length=3), *augment],
    )
    (tmp_path / 'list.txt').write_text('v 5 0\n')
    shared = [dict(type='SampleFrames', clip_len=1)]
    for alike in (['rgb', 'flow'], False):
        dataset = build(
            tmp_path,
            pipeline=pipeline(branches, shared, share_random=alike),
            filename_tmpl=dict(rgb='img_{:05}.png', flow='flow_{}_{:05}.png'),
        )
        np.random.seed(0)
        matches = []
        for _ in range(16):
            inputs = dataset[0]['inputs']
            assert inputs['flow'].shape == (1, 6, 8, 8)
            # The middle one of three pairs is that of the frame.
            x, y = inputs['flow'][0, 2].int(), inputs['flow'][0, 3].int()
            red, green = inputs['rgb'][0, 0].int(), inputs['rgb'][0, 1].int()
            straight = torch.equal(x, red) and torch.equal(y, green)
            mirrored = torch.equal(x, 255 - red) and torch.equal(y, green)
            matches.append('straight' if straight else 'mirrored' * mirrored)
        assert set(matches) == {'straight', 'mirrored'} if alike else '' in matches
