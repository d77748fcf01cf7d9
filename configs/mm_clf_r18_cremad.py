_base_ = './joint_r18_cremad.py'

# MM Clf: a linear classifier on frozen, uni-modally trained encoders. As many epochs
# as the second stage of DI-MML, which is our choice.
model = dict(
    frozen_encoders=True,
    encoder_checkpoints=dict(
        rgb='work_dirs/rgb_r18_cremad/best.pth',
        audio='work_dirs/audio_r18_cremad/best.pth',
    ),
)
train_cfg = dict(max_epochs=20)
