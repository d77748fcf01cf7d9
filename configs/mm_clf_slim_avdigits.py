_base_ = './joint_slim_avdigits.py'

# MM Clf: a linear classifier on frozen, uni-modally trained encoders.
model = dict(
    frozen_encoders=True,
    encoder_checkpoints=dict(
        rgb='work_dirs/rgb_slim_avdigits/best.pth',
        audio='work_dirs/audio_slim_avdigits/best.pth',
    ),
)
