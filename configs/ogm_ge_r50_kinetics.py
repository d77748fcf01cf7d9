_base_ = './joint_r50_kinetics.py'

# OGM-GE: slow down the modality that is ahead, and add noise to the encoders'
# gradients. For no alpha is printed, that of VGG-Sound; in the first half of the
# epochs, as its authors do.
custom_hooks = [dict(type='OGMGEHook', alpha=0.1, begin=0, end=98)]
