# SlowOnly-R50 for pictures, ResNet-50 for sound (MMAction2's ResNetAudio) with twice
# its usual 32 channels, so that both give 2048 features: attention needs equal widths.
model = dict(
    type='LateFusionRecognizer',
    encoders=dict(
        rgb=dict(
            type='ResNet3dSlowOnly',
            depth=50,
            pretrained=None,
            lateral=False,
            conv1_kernel=(1, 7, 7),
            conv1_stride_t=1,
            pool1_stride_t=1,
            inflate=(0, 0, 1, 1),
            norm_eval=False,
        ),
        audio=dict(type='ResNetAudio', depth=50, pretrained=None, base_channels=64),
    ),
    # The rate of dropout is PySlowFast's.
    cls_head=dict(
        type='LinearFusionHead', in_channels=dict(rgb=2048, audio=2048), dropout=0.5
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
