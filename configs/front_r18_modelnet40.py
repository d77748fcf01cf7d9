_base_ = './joint_r18_modelnet40.py'

# Uni-modal: one encoder of the joint model, alone.
modalities = ['front']
model = dict(encoders=dict(_delete_=True, front={{_base_.model.encoders.front}}))
