_base_ = './joint_slim_avdigits.py'

# On-the-fly Gradient Modulation: slow down the modality that is ahead. In the first
# half of the epochs, as the authors do.
custom_hooks = [dict(type='OGMGEHook', alpha=0.3, begin=0, end=4, noise=False)]
