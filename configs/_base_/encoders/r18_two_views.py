# 2-D ResNet-18 from scratch for each of two views.
model = dict(
    type='LateFusionRecognizer',
    encoders=dict(
        front=dict(type='ResNet', depth=18, pretrained=None),
        rear=dict(type='ResNet', depth=18, pretrained=None),
    ),
    cls_head=dict(type='LinearFusionHead', in_channels=dict(front=512, rear=512)),
    data_preprocessor=dict(
        type='MultiModalDataPreprocessor',
        preprocessors=dict(
            front=dict(
                type='ActionDataPreprocessor',
                mean=[123.675, 116.28, 103.53],
                std=[58.395, 57.12, 57.375],
                format_shape='NCHW',
            ),
            rear=dict(
                type='ActionDataPreprocessor',
                mean=[123.675, 116.28, 103.53],
                std=[58.395, 57.12, 57.375],
                format_shape='NCHW',
            ),
        ),
    ),
)
