# For 24 clips a step: one GPU, or train_dataloader.batch_size = 3 on eight. The paper
# prints no weight decay, so there is none.
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=20, val_interval=1)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')
optim_wrapper = dict(optimizer=dict(type='Adam', lr=1e-3))
param_scheduler = [dict(type='StepLR', step_size=10, gamma=0.1, by_epoch=True)]
auto_scale_lr = dict(enable=False, base_batch_size=24)
