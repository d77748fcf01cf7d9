"""A frozen model follows its owner's device and type, and nothing else."""

import copy

import pytest
import torch
from torch import nn

from mm_laziness.models.utils import Frozen


def owner(dtype=None):
    torch.manual_seed(0)
    inner = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.Dropout(0.5))
    net = nn.Module()
    net.own = nn.Linear(2, 2)
    net.held = Frozen(inner, dtype)
    return net


def test_owner_does_not_see_it():
    net = owner()
    assert {key.split('.')[0] for key in net.state_dict()} == {'own'}
    assert [name for name, _ in net.named_parameters()] == ['own.weight', 'own.bias']
    assert not list(net.buffers())
    assert len(list(net.modules())) == 3
    net.train()
    assert not any(module.training for module in net.held.wrapped.modules())
    assert not any(p.requires_grad for p in net.held.wrapped.parameters())


def test_follows_device_and_type():
    net = owner()
    assert net.to('meta').held.wrapped[0].weight.device.type == 'meta'
    net = owner().double()
    assert {v.dtype for v in net.held.wrapped.parameters()} == {torch.float64}
    assert net.held(torch.ones(1, 2).double()).dtype == torch.float64


def test_runs_without_gradient():
    net = owner()
    inputs = torch.randn(4, 2, requires_grad=True)
    expected = net.held.wrapped(inputs)
    outputs = net.held(inputs)
    assert not outputs.requires_grad and not outputs.is_inference()
    torch.testing.assert_close(outputs, expected.detach())
    # Its outputs can be saved for the backward of a loss.
    (outputs * net.own(inputs)[:, :1]).sum().backward()


def test_runs_a_function_of_the_model():
    net = owner()
    inputs = torch.randn(4, 2)
    outputs = net.held(inputs, lambda model, x: model[0](x))
    assert not outputs.requires_grad
    torch.testing.assert_close(outputs, net.held.wrapped[0](inputs).detach())


@pytest.mark.parametrize('dtype', ['bfloat16', torch.bfloat16])
def test_autocast_of_its_own(dtype):
    inputs = torch.randn(4, 2)
    assert owner(dtype).held(inputs).dtype == torch.bfloat16
    assert owner().held(inputs).dtype == torch.float32
    with torch.autocast('cpu', torch.bfloat16):
        assert owner().held(inputs).dtype == torch.bfloat16


@pytest.mark.parametrize('dtype', ['fp16', 'nn', 16])
def test_unknown_type(dtype):
    with pytest.raises(ValueError, match=f'but got {dtype!r}'):
        owner(dtype)


def test_deepcopy():
    net = owner()
    copied = copy.deepcopy(net)
    inputs = torch.randn(4, 2)
    torch.testing.assert_close(copied.held(inputs), net.held(inputs))
    with torch.no_grad():
        copied.held.wrapped[0].weight.zero_()
    assert net.held.wrapped[0].weight.any()
