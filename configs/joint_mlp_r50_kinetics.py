_base_ = './joint_r50_kinetics.py'

# Joint training with two layers after the concatenation, whose width is
# the one that the paper prints for VGG-Sound.
model = dict(cls_head=dict(type='MLPFusionHead', hidden_channels=1024))
