_base_ = './mmtm_r18_modelnet40.py'

# The modality that leads by more than epsilon in conditional learning speed is
# re-balanced for a window of steps, from the second epoch on (Wu et al., ICML 2022).
custom_hooks = [
    dict(type='RebalancingHook', strategy='guided', epsilon=0.01, window=5),
    dict(type='TrainingLossMetricHook'),
    dict(type='FullAccuracyStopHook'),
]
