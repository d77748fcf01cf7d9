_base_ = './di_mml_r18_ucf101.py'

# DI-MML, stage 2: a classifier on both frozen encoders, beside those of stage 1.
model = dict(
    frozen_encoders=True,
    encoder_checkpoints=dict(
        rgb='work_dirs/di_mml_r18_ucf101/best.pth',
        flow='work_dirs/di_mml_r18_ucf101/best.pth',
    ),
    cls_head=dict(stage=2, stage1_checkpoint='work_dirs/di_mml_r18_ucf101/best.pth'),
)
train_cfg = dict(max_epochs=20)
custom_hooks = []
