_base_ = './joint_r18_vggsound.py'

# OGM-GE: slow down the modality that is ahead, and add noise to the encoders'
# gradients. In the first half of the epochs, as its authors do.
custom_hooks = [dict(type='OGMGEHook', alpha=0.1, begin=0, end=10)]
