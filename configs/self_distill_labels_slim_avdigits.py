_base_ = './joint_slim_avdigits.py'

# Self-distillation on labels: a joint model imitates a trained one's predictions.
model = dict(
    type='LabelDistillationRecognizer',
    teacher='work_dirs/joint_slim_avdigits/best.pth',
    loss_distill=dict(type='LabelDistillationLoss', tau=1.0, loss_weight=1.0),
)
