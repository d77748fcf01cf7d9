_base_ = './joint_slowfast_r50_kinetics.py'

# Uni-modal: one encoder of the joint model, alone.
modalities = ['rgb']
model = dict(encoders=dict(_delete_=True, rgb={{_base_.model.encoders.rgb}}))
