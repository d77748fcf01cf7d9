_base_ = [
    './_base_/datasets/ave.py',
    './_base_/encoders/r18_frames_audio.py',
    './_base_/schedules/sgd_150e.py',
    './_base_/default_runtime.py',
]

model = dict(
    data_preprocessor=dict(preprocessors=dict(audio=dict(zscore=True))),
    cls_head=dict(num_classes={{_base_.num_classes}}),
)
