_base_ = './joint_r18_cremad.py'

# OGM-GE: slow down the modality that is ahead, and add noise to the encoders'
# gradients. In epochs 0 to 50, as the authors do.
custom_hooks = [dict(type='OGMGEHook', alpha=0.8, begin=0, end=51)]
