_base_ = './joint_r18_ucf101.py'

# MM Clf: a linear classifier on frozen, uni-modally trained encoders.
model = dict(
    frozen_encoders=True,
    encoder_checkpoints=dict(
        rgb='work_dirs/rgb_r18_ucf101/best.pth',
        flow='work_dirs/flow_r18_ucf101/best.pth',
    ),
)
