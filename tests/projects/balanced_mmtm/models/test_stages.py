"""Stage by stage, each encoder does what it does at once."""

import pytest
import torch
from mmaction.registry import MODELS
from narrowresnet import NarrowResNet
from torch import nn

from mm_laziness.models.utils import build_encoder
from projects.balanced_mmtm.models import Stage, encoder_stages

PICTURE, CLIP = (2, 3, 32, 32), (2, 3, 4, 16, 16)
SMALL3D = dict(depth=18, pretrained=None, base_channels=4)
# By name: config, input, channels of each stage.
ENCODERS = {
    'slim': (
        dict(type='SlimResNet', in_channels=3, base_channels=4, stage_blocks=(2, 1)),
        PICTURE,
        [4, 8],
    ),
    'resnet': (dict(type=NarrowResNet, base_channels=4, depth=18), PICTURE,
               [4, 8, 16, 32]),
    'resnet, earlier output': (
        dict(type=NarrowResNet, base_channels=4, depth=50, out_indices=(1,)),
        PICTURE,
        [16, 32],
    ),
    'resnet, checkpointed': (
        dict(type='ResNet', depth=50, with_cp=True, num_stages=1, strides=(1,),
             dilations=(1,), out_indices=(0,)),
        PICTURE,
        [256],
    ),
    'tsm': (
        dict(type='ResNetTSM', depth=18, num_segments=2, shift_div=8),
        PICTURE,
        [64, 128, 256, 512],
    ),
    'resnet3d': (dict(type='ResNet3d', **SMALL3D), CLIP, [4, 8, 16, 32]),
    'resnet3d, no pooling': (
        dict(type='ResNet3d', with_pool1=False, with_pool2=False, num_stages=2,
             spatial_strides=(1, 2), temporal_strides=(1, 1), dilations=(1, 1),
             inflate=(1, 1), out_indices=(1,), **SMALL3D),
        CLIP,
        [4, 8],
    ),
    'resnet3d, non-local': (
        dict(type='ResNet3d', non_local=((0, 0), (0, 1), (0, 0), (0, 0)),
             non_local_cfg=dict(sub_sample=True), **SMALL3D),
        CLIP,
        [4, 8, 16, 32],
    ),
    'slow only': (
        dict(type='ResNet3dSlowOnly', lateral=False, **SMALL3D),
        CLIP,
        [4, 8, 16, 32],
    ),
    'r2plus1d': (
        dict(type='ResNet2Plus1d', pretrained2d=False, norm_eval=False,
             conv_cfg=dict(type='Conv2plus1d'), norm_cfg=dict(type='BN3d'),
             conv1_kernel=(3, 7, 7), conv1_stride_t=1, pool1_stride_t=1,
             inflate=(1, 1, 1, 1), spatial_strides=(1, 2, 2, 2),
             temporal_strides=(1, 2, 2, 2), zero_init_residual=False, **SMALL3D),
        CLIP,
        [4, 8, 16, 32],
    ),
    'audio': (
        dict(type='ResNetAudio', depth=50, pretrained=None, base_channels=4,
             norm_eval=False),
        (2, 1, 32, 32),
        [16, 32, 64, 128],
    ),
    'torchvision': (
        dict(type='torchvision.resnet18', width_per_group=64),
        PICTURE,
        [64, 128, 256, 512, None],
    ),
}  # fmt: skip


@pytest.mark.parametrize('name', ENCODERS)
def test_stages_equal_the_encoder(name):
    cfg, shape, channels = ENCODERS[name]
    torch.manual_seed(0)
    encoder = build_encoder(dict(cfg))
    encoder.train()
    stages = encoder_stages(encoder)
    x = torch.randn(shape).requires_grad_()
    expected, found = encoder(x), x
    for stage, count in zip(stages, channels, strict=True):
        found = stage(found)
        assert stage.channels == count
        assert count is None or found.shape[1] == count
    torch.testing.assert_close(found, expected)


def test_frozen_stages_stay_frozen():
    cfg, shape, _ = ENCODERS['resnet']
    encoder = build_encoder(dict(cfg, frozen_stages=1))
    # MMAction2's returns nothing.
    encoder.train()
    before = {key: value.clone() for key, value in encoder.state_dict().items()}
    x = torch.randn(shape)
    for stage in encoder_stages(encoder):
        x = stage(x)
    changed = {
        key.split('.')[0]
        for key, value in encoder.state_dict().items()
        if not torch.equal(value, before[key])
    }
    assert changed == {'layer2', 'layer3', 'layer4'}


def test_an_encoder_may_say_its_stages():
    class Own(nn.Module):
        def stages(self):
            return [nn.Conv2d(1, 6, 1), lambda x: 2 * x]

    conv, double = encoder_stages(Own())
    assert conv.channels == 6 and double.channels is None
    assert double(torch.ones(1)) == 2
    assert Stage(())(double) is double


def test_norms_without_weights_tell_their_channels():
    assert Stage((nn.Conv1d(2, 3, 1), nn.BatchNorm1d(3, affine=False))).channels == 3


def test_unknown_encoders():
    with pytest.raises(ValueError, match=r'stages of Conv2d are not known.*stages\(\)'):
        encoder_stages(nn.Conv2d(1, 1, 1))

    class Another(MODELS.get('ResNet')):
        def forward(self, x):
            return x

    with pytest.raises(ValueError, match='stages of Another are not known'):
        encoder_stages(Another(18))
    two = build_encoder(dict(type='ResNet', depth=18, out_indices=(2, 3)))
    with pytest.raises(ValueError, match=r'\(2, 3\).*set out_indices'):
        encoder_stages(two)
