_base_ = './joint_slim_avdigits.py'

# Joint training with two layers after the concatenation.
model = dict(cls_head=dict(type='MLPFusionHead', hidden_channels=1024))
