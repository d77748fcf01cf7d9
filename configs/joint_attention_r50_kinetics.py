_base_ = './joint_r50_kinetics.py'

# Joint training with attention between the modalities.
model = dict(cls_head=dict(type='AttentionFusionHead'))
