_base_ = './di_mml_r18_cremad.py'

# DI-MML, stage 2: a classifier on both frozen encoders, beside those of stage 1.
model = dict(
    frozen_encoders=True,
    encoder_checkpoints=dict(
        rgb='work_dirs/di_mml_r18_cremad/best.pth',
        audio='work_dirs/di_mml_r18_cremad/best.pth',
    ),
    cls_head=dict(stage=2, stage1_checkpoint='work_dirs/di_mml_r18_cremad/best.pth'),
)
train_cfg = dict(max_epochs=20)
custom_hooks = []
