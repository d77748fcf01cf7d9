"""What a config says besides if UCF101 lies in MMAction2's layout, rawframes.

For another method copy this file and name that method's config in the first line.
"""

_base_ = '../../../configs/joint_r18_ucf101.py'

train_pipeline = _base_.train_pipeline
test_pipeline = _base_.test_pipeline
for pipeline in (train_pipeline, test_pipeline):
    pipeline[1]['branches']['flow'][0]['axes'] = ('x', 'y')
rawframes = dict(
    data_prefix=dict(rgb='rawframes', flow='rawframes'),
    filename_tmpl=dict(_delete_=True, rgb='img_{:05}.jpg', flow='flow_{}_{:05}.jpg'),
)
train_dataloader = dict(dataset=dict(pipeline=train_pipeline, **rawframes))
val_dataloader = dict(dataset=dict(pipeline=test_pipeline, **rawframes))
test_dataloader = val_dataloader
