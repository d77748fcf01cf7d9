_base_ = [
    './_base_/datasets/ucf101.py',
    './_base_/encoders/r18_rgb_flow.py',
    './_base_/schedules/sgd_20e_plateau.py',
    './_base_/default_runtime.py',
]

# The paper does not say what its encoders start from; its 77 % of RGB alone suggest
# ImageNet. For that set pretrained='torchvision://resnet18', here, for all methods.
model = dict(
    encoders=dict(rgb=dict(pretrained=None), flow=dict(pretrained=None)),
    cls_head=dict(num_classes={{_base_.num_classes}}),
)
