# Slim encoders, for two CPU cores: a 3-D ResNet on 4 frames of 32 x 32, a 2-D ResNet
# on 40 mel bands x 63 frames.
model = dict(
    type='LateFusionRecognizer',
    encoders=dict(
        rgb=dict(
            type='ResNet3d',
            depth=18,
            pretrained=None,
            base_channels=16,
            num_stages=3,
            stage_blocks=(1, 1, 1),
            out_indices=(2,),
            spatial_strides=(1, 2, 2),
            temporal_strides=(1, 1, 1),
            dilations=(1, 1, 1),
            inflate=(0, 0, 1),
            conv1_kernel=(3, 3, 3),
            conv1_stride_t=2,
            conv1_stride_s=2,
            with_pool1=False,
            with_pool2=False,
            norm_cfg=dict(type='BN3d'),
            zero_init_residual=False,
        ),
        audio=dict(type='SlimResNet', stage_blocks=(1, 1, 1, 1)),
    ),
    cls_head=dict(type='LinearFusionHead', in_channels=dict(rgb=64, audio=128)),
    data_preprocessor=dict(
        type='MultiModalDataPreprocessor',
        preprocessors=dict(
            rgb=dict(
                type='ActionDataPreprocessor',
                mean=[80.0, 80.0, 80.0],
                std=[60.0, 60.0, 60.0],
                format_shape='NCTHW',
            ),
            audio=dict(
                type='SpectrogramPreprocessor',
                sample_rate=16000,
                win_length=1024,
                hop_length=512,
                n_mels=40,
                log_floor=1e-4,
                mean=1.75,
                std=1.5,
            ),
        ),
    ),
)
