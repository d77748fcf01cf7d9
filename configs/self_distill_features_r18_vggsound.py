_base_ = './umt_r18_vggsound.py'

# Self-distillation on features: UMT, but its teachers are a joint model's encoders.
model = dict(
    teachers=dict(
        rgb='work_dirs/joint_r18_vggsound/best.pth',
        audio='work_dirs/joint_r18_vggsound/best.pth',
    )
)
