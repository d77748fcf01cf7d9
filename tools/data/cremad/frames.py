"""What a config says besides if CREMA-D has extracted frames in place of videos.

For another method copy this file and name that method's config in the first line.
"""

_base_ = '../../../configs/joint_r18_cremad.py'

frames = dict(
    data_prefix=dict(rgb='Image-01-FPS'),
    filename_tmpl='{:05}.jpg',
    fps=1,
)
train_dataloader = dict(dataset=frames)
val_dataloader = dict(dataset=frames)
test_dataloader = dict(dataset=frames)
