_base_ = './joint_r18_cremad.py'

# Uni-Modal Teacher: each encoder imitates a frozen uni-modal one.
model = dict(
    type='UMTRecognizer',
    teachers=dict(
        rgb='work_dirs/rgb_r18_cremad/best.pth',
        audio='work_dirs/audio_r18_cremad/best.pth',
    ),
    loss_distill=dict(type='FeatureDistillationLoss', loss_weight=50.0),
)
