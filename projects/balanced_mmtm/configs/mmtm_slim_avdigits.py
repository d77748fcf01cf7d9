_base_ = '../../../configs/joint_slim_avdigits.py'

# MMTM units where the maps are 32 and 64 (rgb), 64 and 128 (audio) channels wide.
# Learning speeds are logged, nothing is re-balanced.
custom_imports = dict(imports=['mm_laziness', 'projects.balanced_mmtm'])
model = dict(
    type='MMTMRecognizer',
    fusion_stages=dict(rgb=(2, 3), audio=(3, 4)),
    cls_head=dict(type='BranchHead'),
)
custom_hooks = [dict(type='RebalancingHook', strategy='measure')]
