_base_ = './kinetics.py'

# SlowFast 8 x 8 reads 32 of the same 64 frames; its slow pathway takes every fourth.
for pipeline in (
    _base_.train_pipeline,
    _base_.val_pipeline,
    _base_.test_pipeline,
    _base_.train_dataloader.dataset.pipeline,
    _base_.val_dataloader.dataset.pipeline,
    _base_.test_dataloader.dataset.pipeline,
):
    pipeline[1].update(clip_len=32, frame_interval=2)
# A config keeps every variable.
del pipeline
