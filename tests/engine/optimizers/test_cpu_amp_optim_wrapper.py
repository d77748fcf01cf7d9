import logging

import pytest
import torch
from mmaction.registry import OPTIM_WRAPPERS
from mmengine.logging import MMLogger

import mm_laziness  # noqa: F401


def build(model, **kwargs):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    return OPTIM_WRAPPERS.build(
        dict(type='CpuAmpOptimWrapper', optimizer=optimizer, **kwargs)
    )


@pytest.fixture
def model():
    torch.manual_seed(0)
    return torch.nn.Linear(2, 1, bias=False)


def test_forward_in_bfloat16_step_in_float32(model):
    wrapper = build(model, clip_grad=dict(max_norm=10.0))
    torch.nn.init.ones_(model.weight)
    with wrapper.optim_context(model):
        scores = model(torch.tensor([[1.0, 2.0]]))
    assert scores.dtype == torch.bfloat16
    assert model(torch.ones(1, 2)).dtype == torch.float32
    wrapper.update_params(scores.float().sum())
    # The gradient is the input: 1 - 0.5 * (1, 2).
    assert model.weight.tolist() == [[0.5, 0.0]]
    assert model.weight.dtype == torch.float32


def test_gradients_accumulate(model):
    wrapper = build(model, accumulative_counts=2)
    torch.nn.init.ones_(model.weight)
    wrapper.initialize_count_status(model, 0, 2)
    for _ in range(2):
        assert model.weight.tolist() == [[1.0, 1.0]]
        with wrapper.optim_context(model):
            loss = model(torch.tensor([[1.0, 2.0]])).float().sum()
        wrapper.update_params(loss)
    assert model.weight.tolist() == [[0.5, 0.0]]


def test_a_loss_scale_is_ignored_with_a_note(model):
    logger, records = MMLogger.get_current_instance(), []
    handler = logging.Handler()
    handler.emit = lambda record: records.append(record.getMessage())
    logger.addHandler(handler)
    build(model)
    assert not [record for record in records if 'ignores' in record]
    build(model, loss_scale='dynamic')
    logger.removeHandler(handler)
    assert [record for record in records if 'ignores' in record] == [
        "CpuAmpOptimWrapper ignores loss_scale='dynamic': bfloat16 needs no loss "
        'scaling'
    ]


def test_state_of_a_gpu_run_loads(model):
    state = build(model).state_dict()
    state['param_groups'][0]['lr'] = 0.25
    state['loss_scaler'] = dict(scale=65536.0)
    wrapper = build(model)
    wrapper.load_state_dict(state)
    assert wrapper.get_lr()['lr'] == [0.25]


def test_other_types_are_refused(model):
    build(model, dtype=torch.bfloat16)
    with pytest.raises(ValueError, match="dtype='float16'; set dtype='bfloat16'"):
        build(model, dtype='float16')


def test_gradients_of_3d_convolutions_are_finite():
    convolution = torch.nn.Conv3d(64, 64, 3, padding=1, bias=False)
    wrapper = build(convolution)
    for _ in range(20):
        # Memory that is given back full of NaN, which oneDNN's backward reads.
        waste = [torch.full((1 << 18,), torch.nan) for _ in range(4)]
        del waste
        with wrapper.optim_context(convolution):
            scores = convolution(torch.randn(4, 64, 2, 4, 4))
        wrapper.update_params(scores.float().square().mean())
        assert convolution.weight.isfinite().all()
    assert torch.backends.mkldnn.enabled
