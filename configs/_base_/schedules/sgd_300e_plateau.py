# Wu et al., ICML 2022 (official code): SGD without momentum and decay, 0.1, batches of
# 8, ReduceLROnPlateau, at most 300 epochs. Their plateau is one of the training loss,
# MMEngine's one of a validation metric. They stop after five epochs with all training
# samples right; here all epochs run, unless you set a smaller train_cfg.max_epochs.
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=300, val_interval=1)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')
optim_wrapper = dict(optimizer=dict(type='SGD', lr=0.1))
param_scheduler = [
    dict(
        type='ReduceOnPlateauLR',
        monitor='acc/top1',
        rule='greater',
        factor=0.3,
        patience=10,
        threshold=1e-3,
        min_value=1e-6,
    )
]
auto_scale_lr = dict(enable=False, base_batch_size=8)
