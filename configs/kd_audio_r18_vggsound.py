_base_ = './audio_r18_vggsound.py'

# Uni-modal distillation: a uni-modal model imitates a trained one's predictions. The
# paper prints neither temperature nor weight, which are our choice.
model = dict(
    type='LabelDistillationRecognizer',
    teacher='work_dirs/audio_r18_vggsound/best.pth',
    loss_distill=dict(type='LabelDistillationLoss', tau=1.0, loss_weight=1.0),
)
