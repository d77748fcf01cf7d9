_base_ = './joint_di_mml_r18_ucf101.py'

# DI-MML, stage 1: encoders learn apart, and from epoch 20 (0-based) from each other.
model = dict(
    cls_head=dict(
        _delete_=True,
        type='DIMMLHead',
        num_classes={{_base_.num_classes}},
        in_channels=dict(rgb=512, flow=512),
        loss_duc=dict(type='DUCLoss', temperature=10.0),
        certainty_temperature=1.0,
    ),
)
custom_hooks = [dict(type='DIMMLHook', interaction_epoch=20)]
