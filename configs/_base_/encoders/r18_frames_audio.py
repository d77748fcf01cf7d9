# 2-D ResNet-18 from scratch for frames, whose features are averaged, and for 257
# frequencies x 1004 times of 10 s of sound.
model = dict(
    type='LateFusionRecognizer',
    encoders=dict(
        rgb=dict(type='ResNet', depth=18, pretrained=None),
        audio=dict(type='ResNet', depth=18, in_channels=1, pretrained=None),
    ),
    cls_head=dict(type='LinearFusionHead', in_channels=dict(rgb=512, audio=512)),
    data_preprocessor=dict(
        type='MultiModalDataPreprocessor',
        preprocessors=dict(
            rgb=dict(
                type='ActionDataPreprocessor',
                mean=[123.675, 116.28, 103.53],
                std=[58.395, 57.12, 57.375],
                format_shape='NCHW',
            ),
            audio=dict(type='SpectrogramPreprocessor', preset='di_mml'),
        ),
    ),
)
