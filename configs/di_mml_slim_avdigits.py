_base_ = './joint_slim_avdigits.py'

# DI-MML, stage 1: encoders learn apart, and from epoch 3 (0-based) from each other.
model = dict(
    encoders=dict(audio=dict(base_channels=8)),
    cls_head=dict(
        _delete_=True,
        type='DIMMLHead',
        num_classes={{_base_.num_classes}},
        in_channels=dict(rgb=64, audio=64),
        loss_duc=dict(type='DUCLoss', temperature=50.0),
    ),
)
custom_hooks = [dict(type='DIMMLHook', interaction_epoch=3)]
