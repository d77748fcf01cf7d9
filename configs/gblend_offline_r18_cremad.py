_base_ = './joint_r18_cremad.py'

# Gradient Blending, offline: one estimate of the loss weights over the whole schedule.
model = dict(cls_head=dict(unimodal_loss_weights=1.0))
train_cfg = dict(type='GradientBlendingTrainLoop', holdout=0.1)
