# 2-D ResNet-18 for a picture, another for a stack of 10 x 2 channels of flow.
model = dict(
    type='LateFusionRecognizer',
    encoders=dict(
        rgb=dict(type='ResNet', depth=18, pretrained=None),
        flow=dict(type='ResNet', depth=18, in_channels=20, pretrained=None),
    ),
    cls_head=dict(type='LinearFusionHead', in_channels=dict(rgb=512, flow=512)),
    data_preprocessor=dict(
        type='MultiModalDataPreprocessor',
        preprocessors=dict(
            rgb=dict(
                type='ActionDataPreprocessor',
                mean=[123.675, 116.28, 103.53],
                std=[58.395, 57.12, 57.375],
                format_shape='NCHW',
            ),
            flow=dict(type='FlowDataPreprocessor'),
        ),
    ),
)
