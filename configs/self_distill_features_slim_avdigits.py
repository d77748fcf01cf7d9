_base_ = './umt_slim_avdigits.py'

# Self-distillation on features: UMT, but its teachers are a joint model's encoders.
model = dict(
    teachers=dict(
        rgb='work_dirs/joint_slim_avdigits/best.pth',
        audio='work_dirs/joint_slim_avdigits/best.pth',
    )
)
