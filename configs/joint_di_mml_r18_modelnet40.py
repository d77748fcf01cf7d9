_base_ = [
    './_base_/datasets/modelnet40.py',
    './_base_/encoders/r18_two_views.py',
    './_base_/schedules/sgd_150e.py',
    './_base_/default_runtime.py',
]

# The joint baseline of DI-MML, under its protocol.
train_dataloader = dict(batch_size=16)
model = dict(cls_head=dict(num_classes={{_base_.num_classes}}))
