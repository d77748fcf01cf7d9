_base_ = [
    './_base_/datasets/kinetics.py',
    './_base_/encoders/slowonly_r50_audio_r50.py',
    './_base_/schedules/sgd_196e.py',
    './_base_/default_runtime.py',
]

model = dict(cls_head=dict(num_classes={{_base_.num_classes}}))
