# PySlowFast's settings of SLOWFAST_8x8_R50, for 64 clips a step, e.g. 8 GPUs x 8: warm
# up from 0.01 over 34 epochs, then on the cosine of all 196; Nesterov momentum; norms
# do not decay. Precise batch-norm statistics are left out. While it warms up, its rate
# grows to the cosine in a straight line; here the line is multiplied by the cosine.
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=196, val_interval=5)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')
optim_wrapper = dict(
    optimizer=dict(type='SGD', lr=0.1, momentum=0.9, weight_decay=1e-4, nesterov=True),
    paramwise_cfg=dict(norm_decay_mult=0.0),
)
param_scheduler = [
    dict(
        type='LinearLR',
        start_factor=0.1,
        begin=0,
        end=34,
        by_epoch=True,
        convert_to_iter_based=True,
    ),
    dict(
        type='CosineAnnealingLR',
        begin=0,
        end=196,
        T_max=196,
        eta_min=0,
        by_epoch=True,
        convert_to_iter_based=True,
    ),
]
auto_scale_lr = dict(enable=False, base_batch_size=64)
