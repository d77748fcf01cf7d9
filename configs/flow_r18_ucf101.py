_base_ = './joint_r18_ucf101.py'

# Uni-modal: one encoder of the joint model, alone.
modalities = ['flow']
model = dict(encoders=dict(_delete_=True, flow={{_base_.model.encoders.flow}}))
