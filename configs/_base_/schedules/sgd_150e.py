# DI-MML (Fan et al., ACM MM 2024, official code), and its baselines: batches of 16.
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=150, val_interval=1)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')
optim_wrapper = dict(
    optimizer=dict(type='SGD', lr=1e-3, momentum=0.9, weight_decay=1e-4)
)
param_scheduler = [dict(type='StepLR', step_size=70, gamma=0.1)]
auto_scale_lr = dict(enable=False, base_batch_size=16)
