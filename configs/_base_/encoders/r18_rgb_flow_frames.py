_base_ = './r18_rgb_flow.py'

# DI-MML's form: an encoder of 2 channels sees 10 frames of flow; features are averaged.
# Pictures are normalized with ImageNet's mean, not with that of its code for UCF101.
model = dict(
    encoders=dict(flow=dict(in_channels=2)),
    data_preprocessor=dict(preprocessors=dict(flow=dict(as_frames=True))),
)
