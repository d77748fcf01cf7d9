_base_ = './mmtm_r18_modelnet40.py'

# In each step from the second epoch on one of the modes is drawn: regular, or one of
# the modalities re-balanced.
custom_hooks = [
    dict(type='RebalancingHook', strategy='random'),
    dict(type='TrainingLossMetricHook'),
    dict(type='FullAccuracyStopHook'),
]
