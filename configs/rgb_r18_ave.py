_base_ = './joint_r18_ave.py'

# Uni-modal: one encoder of the joint model, alone.
modalities = ['rgb']
model = dict(encoders=dict(_delete_=True, rgb={{_base_.model.encoders.rgb}}))
