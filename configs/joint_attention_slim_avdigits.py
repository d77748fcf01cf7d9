_base_ = './joint_slim_avdigits.py'

# Joint training with attention between the modalities, which needs equal widths.
model = dict(
    encoders=dict(audio=dict(base_channels=8)),
    cls_head=dict(type='AttentionFusionHead', in_channels=dict(rgb=64, audio=64)),
)
