_base_ = './joint_r18_modelnet40.py'

# Uni-modal: one encoder of the joint model, alone.
modalities = ['rear']
model = dict(encoders=dict(_delete_=True, rear={{_base_.model.encoders.rear}}))
