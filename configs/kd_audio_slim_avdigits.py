_base_ = './audio_slim_avdigits.py'

# Uni-modal distillation: a uni-modal model imitates a trained one's predictions.
model = dict(
    type='LabelDistillationRecognizer',
    teacher='work_dirs/audio_slim_avdigits/best.pth',
    loss_distill=dict(type='LabelDistillationLoss', tau=1.0, loss_weight=1.0),
)
