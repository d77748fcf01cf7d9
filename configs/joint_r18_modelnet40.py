_base_ = [
    './_base_/datasets/modelnet40.py',
    './_base_/encoders/r18_two_views.py',
    './_base_/schedules/sgd_300e_plateau.py',
    './_base_/default_runtime.py',
]

model = dict(cls_head=dict(num_classes={{_base_.num_classes}}))
