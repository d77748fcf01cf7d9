_base_ = './joint_r18_ucf101.py'

# Joint training with attention between the modalities.
model = dict(cls_head=dict(type='AttentionFusionHead'))
