_base_ = './joint_r18_ave.py'

# DI-MML, stage 1: encoders learn apart, and from epoch 20 (0-based) from each other.
model = dict(
    cls_head=dict(
        _delete_=True,
        type='DIMMLHead',
        num_classes={{_base_.num_classes}},
        in_channels=dict(rgb=512, audio=512),
        loss_duc=dict(type='DUCLoss', temperature=10.0),
        certainty_temperature=3.0,
    ),
)
custom_hooks = [dict(type='DIMMLHook', interaction_epoch=20)]
