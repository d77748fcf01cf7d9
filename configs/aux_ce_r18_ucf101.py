_base_ = './joint_r18_ucf101.py'

# Auxiliary-CE: a classifier and a loss per modality beside the fused ones.
model = dict(cls_head=dict(unimodal_loss_weights=1.0))
