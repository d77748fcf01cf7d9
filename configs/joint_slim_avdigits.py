_base_ = [
    './_base_/datasets/avdigits.py',
    './_base_/encoders/slim_avdigits.py',
    './_base_/schedules/adam_8e.py',
    './_base_/default_runtime.py',
]

model = dict(cls_head=dict(num_classes={{_base_.num_classes}}))
# The same rates in all methods; at 1e-3 the sound encoder would not learn in time.
optim_wrapper = dict(
    paramwise_cfg=dict(custom_keys={'encoders.rgb': dict(lr_mult=1 / 3)})
)
