"""Backbones of two stages, ImageNet's weights as a file, and recognizers' files.

A pytest plugin: ``pytest_plugins = ['tinyweights']`` gives the fixture ``imagenet``.
"""

import pytest
import torch
import torchvision

from mm_laziness.models.utils import build_encoder

WHOLE = dict(type='ResNet', depth=18)
# Two of the four stages, for speed.
FLAT = dict(WHOLE, num_stages=2, strides=(1, 2), dilations=(1, 1), out_indices=(1,))
STAGES = dict(
    depth=18,
    num_stages=2,
    spatial_strides=(1, 2),
    temporal_strides=(1, 1),
    dilations=(1, 1),
    inflate=(0, 1),
    out_indices=(1,),
    conv1_stride_t=1,
    pool1_stride_t=1,
)
DEEP = dict(STAGES, type='ResNet3dSlowOnly', lateral=False, conv1_kernel=(1, 7, 7))
PATHWAY = dict(STAGES, type='resnet3d', depth=50)
SLOWFAST = dict(
    type='ResNet3dSlowFast',
    resample_rate=2,
    speed_ratio=2,
    slow_pathway=dict(PATHWAY, lateral=True, conv1_kernel=(1, 7, 7)),
    fast_pathway=dict(PATHWAY, lateral=False, conv1_kernel=(5, 7, 7), base_channels=8),
)


@pytest.fixture(scope='session')
def imagenet(tmp_path_factory):
    """Torchvision's ResNet-18 as its file lies in torch's cache, and its state."""
    torch.manual_seed(0)
    state = torchvision.models.resnet18().state_dict()
    for value in state.values():
        if value.is_floating_point() and value.ndim == 1:
            value.uniform_(0.5, 1.5)
    home = tmp_path_factory.mktemp('home')
    path = home / 'hub' / 'checkpoints' / 'resnet18-f37072fd.pth'
    path.parent.mkdir(parents=True)
    torch.save(state, path)
    return home, str(path), state


def initialized(cfg):
    encoder = build_encoder(cfg)
    encoder.init_weights()
    return encoder.state_dict()


def is_imagenet(own, given):
    """First convolution, the last one, a shortcut, and statistics of BatchNorm."""
    for name, file_name in (
        ('conv1.conv.weight', 'conv1.weight'),
        ('layer2.1.conv2.conv.weight', 'layer2.1.conv2.weight'),
        ('layer2.0.downsample.conv.weight', 'layer2.0.downsample.0.weight'),
        ('layer2.0.downsample.bn.running_var', 'layer2.0.downsample.1.running_var'),
        ('layer2.1.conv1.bn.running_mean', 'layer2.1.bn1.running_mean'),
    ):
        value, expected = own[name], given[file_name]
        if value.ndim == 5:
            # Inflated: the sum over time is the flat kernel.
            assert torch.allclose(value.sum(dim=2), expected, atol=1e-6), name
        else:
            assert torch.equal(value, expected), name
    return True


def randomized(cfg, tmp_path, prefix='backbone.'):
    """A checkpoint of a whole recognizer, and the state of its backbone."""
    torch.manual_seed(5)
    state = {
        key: torch.rand_like(value) if value.is_floating_point() else value
        for key, value in build_encoder(cfg).state_dict().items()
    }
    whole = {prefix + key: value for key, value in state.items()}
    whole['cls_head.fc_cls.weight'] = torch.rand(4, 128)
    torch.save(dict(state_dict=whole), tmp_path / 'whole.pth')
    return str(tmp_path / 'whole.pth'), state
