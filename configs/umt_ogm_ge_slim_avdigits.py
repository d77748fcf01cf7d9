_base_ = './umt_slim_avdigits.py'

# UMT with OGM-GE: the gradients of the distillation are modulated as well.
custom_hooks = [dict(type='OGMGEHook', alpha=0.3, begin=0, end=4)]
