_base_ = './slowonly_r50_audio_r50.py'

# SlowFast-R50 8 x 8 for pictures: 2048 features of the slow pathway, 256 of the fast.
pathway = dict(
    type='resnet3d',
    depth=50,
    pretrained=None,
    conv1_stride_t=1,
    pool1_stride_t=1,
    norm_eval=False,
)
model = dict(
    encoders=dict(
        rgb=dict(
            _delete_=True,
            type='ResNet3dSlowFast',
            pretrained=None,
            resample_rate=4,
            speed_ratio=4,
            channel_ratio=8,
            slow_pathway=dict(
                **pathway,
                lateral=True,
                fusion_kernel=7,
                conv1_kernel=(1, 7, 7),
                dilations=(1, 1, 1, 1),
                inflate=(0, 0, 1, 1),
            ),
            fast_pathway=dict(
                **pathway, lateral=False, base_channels=8, conv1_kernel=(5, 7, 7)
            ),
        ),
    ),
    cls_head=dict(in_channels=dict(rgb=2304)),
)
del pathway
