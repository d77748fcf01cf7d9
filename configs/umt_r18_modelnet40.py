_base_ = './joint_r18_modelnet40.py'

# Uni-Modal Teacher: each encoder imitates a frozen uni-modal one.
model = dict(
    type='UMTRecognizer',
    teachers=dict(
        front='work_dirs/front_r18_modelnet40/best.pth',
        rear='work_dirs/rear_r18_modelnet40/best.pth',
    ),
    loss_distill=dict(type='FeatureDistillationLoss', loss_weight=50.0),
)
