_base_ = [
    './_base_/datasets/vggsound.py',
    './_base_/encoders/r3d18_r18_vggsound.py',
    './_base_/schedules/adam_20e.py',
    './_base_/default_runtime.py',
]

model = dict(cls_head=dict(num_classes={{_base_.num_classes}}))
