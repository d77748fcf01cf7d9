_base_ = './joint_r18_cremad.py'

# Uni-modal: one encoder of the joint model, alone.
modalities = ['audio']
model = dict(encoders=dict(_delete_=True, audio={{_base_.model.encoders.audio}}))
