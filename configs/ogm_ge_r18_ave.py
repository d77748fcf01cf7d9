_base_ = './joint_r18_ave.py'

# OGM-GE: slow down the modality that is ahead, and add noise to the encoders'
# gradients. As for CREMA-D, which is our choice.
custom_hooks = [dict(type='OGMGEHook', alpha=0.8, begin=0, end=51)]
