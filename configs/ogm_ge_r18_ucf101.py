_base_ = './joint_r18_ucf101.py'

# OGM-GE: slow down the modality that is ahead, and add noise to the encoders'
# gradients. The paper does not print alpha and epochs: the authors' default,
# and the first half, are our choice.
custom_hooks = [dict(type='OGMGEHook', alpha=0.1, begin=0, end=10)]
