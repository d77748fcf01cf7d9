# A 3-D ResNet-18 for pictures, a 2-D one for spectrograms, 512 features each. The paper
# gives no more than these names: all convolutions but the first are 3 x 3 x 3 here, and
# the later stages halve time as well as space.
model = dict(
    type='LateFusionRecognizer',
    encoders=dict(
        rgb=dict(
            type='ResNet3d',
            depth=18,
            pretrained=None,
            temporal_strides=(1, 2, 2, 2),
            with_pool2=False,
            norm_eval=False,
        ),
        audio=dict(
            type='ResNet', depth=18, pretrained=None, in_channels=1, norm_eval=False
        ),
    ),
    cls_head=dict(type='LinearFusionHead', in_channels=dict(rgb=512, audio=512)),
    data_preprocessor=dict(
        type='MultiModalDataPreprocessor',
        preprocessors=dict(
            rgb=dict(
                type='ActionDataPreprocessor',
                mean=[123.675, 116.28, 103.53],
                std=[58.395, 57.12, 57.375],
                format_shape='NCTHW',
            ),
            audio=dict(type='SpectrogramPreprocessor', preset='umt_vggsound'),
        ),
    ),
)
