_base_ = '../../../configs/joint_r18_modelnet40.py'

# Two ResNet-18 with MMTM units after layers 2, 3, 4 (Wu et al., ICML 2022). As in their
# code the rate follows the training loss, and training ends after five epochs with all
# training samples right. Learning speeds are logged, nothing is re-balanced.
custom_imports = dict(imports=['mm_laziness', 'projects.balanced_mmtm'])
model = dict(
    type='MMTMRecognizer', fusion_stages=(2, 3, 4), cls_head=dict(type='BranchHead')
)
plateau = dict(factor=0.3, patience=10, threshold=1e-3, min_value=1e-6)
param_scheduler = [
    dict(type='ReduceOnPlateauLR', monitor='train/loss', rule='less', **plateau)
]
custom_hooks = [
    dict(type='RebalancingHook', strategy='measure'),
    dict(type='TrainingLossMetricHook'),
    dict(type='FullAccuracyStopHook'),
]
