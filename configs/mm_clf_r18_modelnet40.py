_base_ = './joint_r18_modelnet40.py'

# MM Clf: a linear classifier on frozen, uni-modally trained encoders.
model = dict(
    frozen_encoders=True,
    encoder_checkpoints=dict(
        front='work_dirs/front_r18_modelnet40/best.pth',
        rear='work_dirs/rear_r18_modelnet40/best.pth',
    ),
)
