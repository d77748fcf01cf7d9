_base_ = './joint_r18_vggsound.py'

# MM Clf: a linear classifier on frozen, uni-modally trained encoders.
model = dict(
    frozen_encoders=True,
    encoder_checkpoints=dict(
        rgb='work_dirs/rgb_r18_vggsound/best.pth',
        audio='work_dirs/audio_r18_vggsound/best.pth',
    ),
)
