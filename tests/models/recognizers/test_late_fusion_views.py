"""Segments, clips, crops and their limit in the late-fusion recognizer."""

import pytest
import torch
from tinymodels import (
    batch,
    build,
    identities,
    initialize,
    stacked,
)
from torch import nn


def numbered(*views):
    """Views 0, 1, 2, ... of one sample as constant maps (C, H, W) or (C, T, H, W)."""
    return torch.stack([torch.full((1, *views[1:]), float(v)) for v in range(views[0])])


@pytest.mark.parametrize(
    'num_segments, expected',
    [
        # All of a 2-D encoder's views form one clip, the sound of all of them too.
        (None, dict(rgb=[1.5], audio=[0.5])),
        (dict(rgb=2), dict(rgb=[0.5, 2.5], audio=[0.0, 1.0])),
        (dict(rgb=4, audio=2), dict(rgb=[1.5], audio=[0.5])),
        # As the uni-modal config of a joint one has it.
        (dict(rgb=2, flow=4), dict(rgb=[0.5, 2.5], audio=[0.0, 1.0])),
    ],
)
def test_segments_are_averaged(num_segments, expected):
    model = build(
        identities('rgb', 'audio'), dict(rgb=1, audio=1), num_segments=num_segments
    )
    inputs = dict(rgb=numbered(4, 2, 2)[None], audio=numbered(2, 3, 3)[None])
    feats = model.extract_feat(inputs)
    assert {name: feat.flatten().tolist() for name, feat in feats.items()} == expected


def test_segments_that_do_not_divide():
    model = build(identities('rgb'), dict(rgb=1), num_segments=dict(rgb=3))
    with pytest.raises(ValueError, match='rgb has 4 views.*num_segments = 3'):
        model.extract_feat(dict(rgb=numbered(4, 2, 2)[None]))


def test_views_beside_a_3d_encoder_are_clips():
    model = build(identities('rgb', 'audio'), dict(rgb=1, audio=1))
    # Two clips x three crops, and the sound of the two clips.
    inputs = dict(rgb=numbered(6, 2, 2, 2)[None], audio=numbered(2, 3, 3)[None])
    feats = model.extract_feat(inputs)
    assert feats['rgb'].flatten().tolist() == [0, 1, 2, 3, 4, 5]
    assert feats['audio'].flatten().tolist() == [0, 1, 0, 1, 0, 1]


def test_views_of_sound_alone_are_clips():
    audio = dict(type='SpectrogramPreprocessor', sample_rate=8000, n_mels=8)
    model = build(
        identities('audio'),
        dict(audio=1),
        data_preprocessor=dict(
            type='MultiModalDataPreprocessor', preprocessors=dict(audio=audio)
        ),
    )
    feats = model.extract_feat(dict(audio=numbered(3, 4, 4)[None]))
    assert feats['audio'].flatten().tolist() == [0, 1, 2]


@pytest.mark.parametrize('kind', ['score', 'prob'])
def test_prediction_averages_clips_and_crops(kind):
    model = initialize(build(head=dict(average_clips=kind))).eval()
    data = batch(2, rgb=(6, 3, 4, 8, 8), audio=(2, 1, 8, 8))
    result = model.test_step(dict(data))
    for n, sample in enumerate(result):
        scores = []
        for view in range(6):
            rgb, audio = (data['inputs'][m][n] for m in ('rgb', 'audio'))
            one = dict(rgb=rgb[None, view : view + 1], audio=audio[None, [view % 2]])
            scores.append(model(one)[0])
        scores = torch.stack(scores)
        expected = (scores.softmax(1) if kind == 'prob' else scores).mean(0)
        torch.testing.assert_close(sample.pred_score, expected)
        assert sample.pred_label == expected.argmax()


def test_max_testing_views():
    model = initialize(build(test_cfg=dict(max_testing_views=4))).eval()
    data = stacked(batch(3, rgb=(3, 3, 4, 8, 8), audio=(1, 1, 8, 8)))
    seen = []
    model.encoders['rgb'].register_forward_hook(lambda *args: seen.append(len(args[2])))
    limited = model(data)
    assert seen == [4, 4, 1]
    model.test_cfg = None
    torch.testing.assert_close(limited, model(data))
    # BatchNorm of a training step sees its whole batch.
    model.test_cfg = dict(max_testing_views=4)
    model.train()(data)
    assert seen[3:] == [9, 9]


def test_shifted_segments_stay_together():
    encoder = nn.Identity()
    model = build(
        identities('rgb'), dict(rgb=1), test_cfg=dict(max_testing_views=6)
    ).eval()
    model.encoders['rgb'] = encoder
    encoder.num_segments = 4
    with pytest.raises(ValueError, match='multiple of the 4 segments.* is 6'):
        model(dict(rgb=numbered(8, 2, 2)[None]))
