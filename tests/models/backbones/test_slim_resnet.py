"""The demo's sound encoder."""

import pytest
import torch

from mm_laziness.models import SlimResNet


def test_shapes_and_gradient():
    net = SlimResNet(in_channels=2, base_channels=8, stage_blocks=(1, 2))
    net.init_weights()
    out = net(torch.randn(3, 2, 20, 12))
    assert out.shape == (3, 16, 5, 3) and net.out_channels == 16
    out.square().mean().backward()
    assert all(param.grad.abs().sum() > 0 for param in net.parameters())


@pytest.mark.parametrize(
    'sizes', [dict(base_channels=0), dict(stage_blocks=(1, 0)), dict(stage_blocks=())]
)
def test_bad_sizes(sizes):
    with pytest.raises(ValueError, match='must be positive'):
        SlimResNet(**sizes)


def test_stages_are_the_whole():
    net = SlimResNet(base_channels=4, stage_blocks=(2, 1, 1)).eval()
    x, widths = torch.randn(2, 1, 16, 16), []
    expected = net(x)
    for stage in net.stages():
        x = stage(x)
        widths.append(x.shape[1])
    assert torch.equal(x, expected) and widths == [4, 8, 16]
