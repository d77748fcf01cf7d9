"""Flow: normalized, as stacks or as frames of two channels."""

import pytest
import torch
from mmaction.registry import MODELS


def build(**settings):
    return MODELS.build(dict(type='FlowDataPreprocessor', **settings))


def test_values_by_hand():
    flow = torch.tensor([128, 255, 0, 64], dtype=torch.uint8).view(1, 4, 1, 1)
    out, samples = build().preprocess([flow, flow], ['a', 'b'])
    assert out.shape == (2, 1, 4, 1, 1) and out.dtype == torch.float32
    assert out[1].flatten().tolist() == [0.0, 127 / 128, -1.0, -0.5]
    assert samples == ['a', 'b']
    out, _ = build(mean=127.5, std=0.5).preprocess([flow], [])
    assert out.flatten().tolist() == [1.0, 255.0, -255.0, -127.0]


def test_as_frames_keeps_x_and_y_together_and_clips_in_order():
    clips, length = 2, 3
    flow = torch.arange(clips * length * 2).view(clips, 2 * length, 1, 1)
    flow = flow.expand(-1, -1, 4, 5).to(torch.uint8)
    out, _ = build(mean=0.0, std=1.0, as_frames=True).preprocess([flow, flow + 50], [])
    assert out.shape == (2, clips * length, 2, 4, 5)
    assert out[0, :, :, 0, 0].tolist() == [[2 * i, 2 * i + 1] for i in range(6)]
    assert out[1, 0, :, 3, 4].tolist() == [50, 51]


def test_inside_the_preprocessor_of_all_modalities():
    whole = MODELS.build(
        dict(
            type='MultiModalDataPreprocessor',
            preprocessors=dict(flow=dict(type='FlowDataPreprocessor', as_frames=True)),
        )
    )
    flow = torch.full((1, 20, 4, 4), 192, dtype=torch.uint8)
    data = whole(dict(inputs=dict(flow=[flow]), data_samples=[None]))
    assert data['inputs']['flow'].shape == (1, 10, 2, 4, 4)
    assert (data['inputs']['flow'] == 0.5).all()


def test_errors():
    with pytest.raises(ValueError, match='std must be positive'):
        build(std=0)
    with pytest.raises(ValueError, match=r'is \(1, 3, 4, 4\); end its branch with Loa'):
        build().preprocess([torch.zeros(1, 3, 4, 4)], [])
    with pytest.raises(ValueError, match=r'is \(1, 2, 8, 4, 4\)'):
        build().preprocess([torch.zeros(1, 2, 8, 4, 4)], [])
