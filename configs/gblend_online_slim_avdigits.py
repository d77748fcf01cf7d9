_base_ = './joint_slim_avdigits.py'

# Gradient Blending, online: new loss weights for each super-epoch.
model = dict(cls_head=dict(unimodal_loss_weights=1.0))
train_cfg = dict(type='GradientBlendingTrainLoop', holdout=0.1, super_epoch=4)
