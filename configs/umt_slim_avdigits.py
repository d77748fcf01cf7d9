_base_ = './joint_slim_avdigits.py'

# Uni-Modal Teacher: each encoder imitates a frozen uni-modal one.
model = dict(
    type='UMTRecognizer',
    teachers=dict(
        rgb='work_dirs/rgb_slim_avdigits/best.pth',
        audio='work_dirs/audio_slim_avdigits/best.pth',
    ),
    loss_distill=dict(type='FeatureDistillationLoss', loss_weight=50.0),
)
