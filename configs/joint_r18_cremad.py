_base_ = [
    './_base_/datasets/cremad.py',
    './_base_/encoders/r18_frames_audio.py',
    './_base_/schedules/sgd_150e.py',
    './_base_/default_runtime.py',
]

model = dict(cls_head=dict(num_classes={{_base_.num_classes}}))
