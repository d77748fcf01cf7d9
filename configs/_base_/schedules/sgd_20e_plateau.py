# Du et al., ICML 2023, Appendix A: SGD, 1e-2, batches of 64, 20 epochs and
# ReduceLROnPlateau(patience=1). Momentum, weight decay, what is watched (the accuracy
# of each epoch) and the factor are not printed, but chosen here.
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=20, val_interval=1)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')
optim_wrapper = dict(
    optimizer=dict(type='SGD', lr=1e-2, momentum=0.9, weight_decay=1e-4)
)
param_scheduler = [
    dict(
        type='ReduceOnPlateauLR',
        monitor='acc/top1',
        rule='greater',
        factor=0.1,
        patience=1,
    )
]
auto_scale_lr = dict(enable=False, base_batch_size=64)
