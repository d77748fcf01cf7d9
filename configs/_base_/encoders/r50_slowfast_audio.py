# SlowFast-R50 8x8 for pictures, ResNet-50 for sound (MMAction2's ResNetAudio).
model = dict(
    type='LateFusionRecognizer',
    encoders=dict(
        rgb=dict(
            type='ResNet3dSlowFast',
            pretrained=None,
            resample_rate=4,
            speed_ratio=4,
            channel_ratio=8,
            slow_pathway=dict(
                type='resnet3d',
                depth=50,
                pretrained=None,
                lateral=True,
                fusion_kernel=7,
                conv1_kernel=(1, 7, 7),
                dilations=(1, 1, 1, 1),
                conv1_stride_t=1,
                pool1_stride_t=1,
                inflate=(0, 0, 1, 1),
                norm_eval=False,
            ),
            fast_pathway=dict(
                type='resnet3d',
                depth=50,
                pretrained=None,
                lateral=False,
                base_channels=8,
                conv1_kernel=(5, 7, 7),
                conv1_stride_t=1,
                pool1_stride_t=1,
                norm_eval=False,
            ),
        ),
        audio=dict(type='ResNetAudio', depth=50, pretrained=None),
    ),
    cls_head=dict(
        type='LinearFusionHead', in_channels=dict(rgb=2304, audio=1024), dropout=0.5
    ),
    data_preprocessor=dict(
        type='MultiModalDataPreprocessor',
        preprocessors=dict(
            rgb=dict(
                type='ActionDataPreprocessor',
                mean=[123.675, 116.28, 103.53],
                std=[58.395, 57.12, 57.375],
                format_shape='NCTHW',
            ),
            audio=dict(type='SpectrogramPreprocessor', preset='mmaction2'),
        ),
    ),
    test_cfg=dict(max_testing_views=10),
)
