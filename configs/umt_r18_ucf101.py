_base_ = './joint_r18_ucf101.py'

# Uni-Modal Teacher: each encoder imitates a frozen uni-modal one.
model = dict(
    type='UMTRecognizer',
    teachers=dict(
        rgb='work_dirs/rgb_r18_ucf101/best.pth',
        flow='work_dirs/flow_r18_ucf101/best.pth',
    ),
    loss_distill=dict(type='FeatureDistillationLoss', loss_weight=50.0),
)
