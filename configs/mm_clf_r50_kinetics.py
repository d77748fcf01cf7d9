_base_ = './joint_r50_kinetics.py'

# MM Clf: a linear classifier on frozen, uni-modally trained encoders.
model = dict(
    frozen_encoders=True,
    encoder_checkpoints=dict(
        rgb='work_dirs/rgb_r50_kinetics/best.pth',
        audio='work_dirs/audio_r50_kinetics/best.pth',
    ),
)
