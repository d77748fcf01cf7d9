_base_ = [
    './_base_/datasets/ucf101.py',
    './_base_/encoders/r18_rgb_flow_frames.py',
    './_base_/schedules/sgd_150e.py',
    './_base_/default_runtime.py',
]

# The joint baseline of DI-MML, under its protocol: from scratch, flow frame by frame.
train_dataloader = dict(batch_size=16)
model = dict(cls_head=dict(num_classes={{_base_.num_classes}}))
