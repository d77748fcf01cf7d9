_base_ = './joint_slowfast_r101_kinetics.py'

# Uni-Modal Teacher: each encoder imitates a frozen uni-modal one.
model = dict(
    type='UMTRecognizer',
    teachers=dict(
        rgb='work_dirs/rgb_slowfast_r101_kinetics/best.pth',
        audio='work_dirs/audio_r101_kinetics/best.pth',
    ),
    loss_distill=dict(type='FeatureDistillationLoss', loss_weight=50.0),
)
