"""Backbones of MMAction2 and of torchvision as encoders beside a sound encoder."""

import pytest
import torch
from tinymodels import PICTURES, SOUND, batch, build, initialize
from torchvision.models.swin_transformer import SwinTransformer

RESNET3D = dict(depth=18, pretrained=None, zero_init_residual=False)
SLOW = dict(conv1_kernel=(1, 7, 7), inflate=(0, 0, 1, 1), lateral=False)
ONE_STAGE = dict(
    num_stages=1, out_indices=(0,), strides=(1,), dilations=(1,), norm_eval=False
)
FULL = dict(type='resnet3d', conv1_stride_t=1, pool1_stride_t=1, **RESNET3D)
CLIP = (1, 3, 4, 32, 32)
SEGMENTS = (2, 3, 32, 32)
# Name: config, shape of one sample's views, width.
BACKBONES = dict(
    resnet3d=(dict(type='ResNet3d', base_channels=4, **RESNET3D), CLIP, 32),
    slow_only=(
        dict(type='ResNet3dSlowOnly', base_channels=4, **SLOW, **RESNET3D),
        CLIP,
        32,
    ),
    slow_fast=(
        dict(
            type='ResNet3dSlowFast',
            pretrained=None,
            resample_rate=4,
            speed_ratio=4,
            channel_ratio=4,
            slow_pathway=dict(
                FULL, **SLOW | dict(lateral=True), base_channels=8, fusion_kernel=7
            ),
            fast_pathway=dict(
                FULL, lateral=False, base_channels=2, conv1_kernel=(5, 7, 7)
            ),
        ),
        (1, 3, 16, 32, 32),
        8 * 8 + 2 * 8,
    ),
    mvit=(
        dict(
            type='MViT',
            arch=dict(embed_dims=8, num_layers=2, num_heads=1, downscale_indices=[1]),
            spatial_size=32,
            temporal_size=4,
        ),
        CLIP,
        16,
    ),
    vit=(
        dict(
            type='VisionTransformer',
            img_size=32,
            embed_dims=16,
            depth=1,
            num_heads=2,
            num_frames=4,
        ),
        CLIP,
        16,
    ),
    tsn=(dict(type='ResNet', depth=18, **ONE_STAGE), SEGMENTS, 64),
    tsm=(
        dict(
            type='MobileNetV2TSM', widen_factor=0.25, num_segments=2, pretrained2d=False
        ),
        SEGMENTS,
        1280,
    ),
    torchvision=(dict(type='torchvision.shufflenet_v2_x0_5'), SEGMENTS, 1024),
    torchvision_head=(
        dict(
            type=SwinTransformer,
            patch_size=[4, 4],
            embed_dim=8,
            depths=[2],
            num_heads=[1],
            window_size=[2, 2],
        ),
        SEGMENTS,
        8,
    ),
    sound=(
        dict(type='ResNetAudio', depth=50, pretrained=None, base_channels=4),
        (2, 1, 32, 32),
        128,
    ),
)


@pytest.mark.parametrize('name', BACKBONES)
def test_backbone(name):
    cfg, views, width = BACKBONES[name]
    model = initialize(build(dict(seen=cfg, audio=SOUND), dict(seen=width, audio=4)))
    data = batch(2, seen=views, audio=(1, 1, 8, 8))
    inputs = model.data_preprocessor(data, True)
    # One clip per sample: segments are merged.
    assert model.extract_feat(inputs['inputs'])['seen'].shape == (2, width)
    model(**inputs, mode='loss')['loss_cls'].backward()
    grads = [p.grad is not None for p in model.encoders['seen'].parameters()]
    assert all(grads)
    model.eval()
    with torch.no_grad():
        both = model.test_step(batch(2, seen=views, audio=(1, 1, 8, 8)))
        alone = batch(2, seen=views, audio=(1, 1, 8, 8))
        alone = dict(
            inputs={m: views[1:] for m, views in alone['inputs'].items()},
            data_samples=alone['data_samples'][1:],
        )
        single = model.test_step(alone)
    torch.testing.assert_close(
        both[1].pred_score, single[0].pred_score, rtol=1e-3, atol=1e-4
    )


def test_three_modalities():
    flow = dict(PICTURES, in_channels=2)
    model = initialize(
        build(dict(rgb=PICTURES, flow=flow, audio=SOUND), dict(rgb=4, flow=4, audio=4))
    ).eval()
    shapes = dict(audio=(1, 1, 8, 8), flow=(2, 2, 4, 8, 8), rgb=(2, 3, 4, 8, 8))
    with torch.no_grad():
        (sample,) = model.test_step(batch(1, **shapes))
    assert list(sample.unimodal_scores) == ['rgb', 'flow', 'audio']
    total = sum(sample.unimodal_scores.values())
    torch.testing.assert_close(total, sample.pred_score)
