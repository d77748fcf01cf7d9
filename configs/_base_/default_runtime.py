# Importing the package registers everything; a child that needs further imports
# repeats 'mm_laziness', since a list replaces its base's.
custom_imports = dict(imports=['mm_laziness'], allow_failed_imports=False)
default_scope = 'mmaction'
runner_type = 'MultiModalRunner'

default_hooks = dict(
    runtime_info=dict(type='RuntimeInfoHook'),
    timer=dict(type='IterTimerHook'),
    logger=dict(type='LoggerHook', interval=20, ignore_last=False),
    param_scheduler=dict(type='ParamSchedulerHook'),
    checkpoint=dict(
        type='BestCheckpointHook',
        interval=1,
        save_best='acc/top1',
        rule='greater',
        max_keep_ckpts=3,
    ),
    sampler_seed=dict(type='DistSamplerSeedHook'),
    sync_buffers=dict(type='SyncBuffersHook'),
    random_state=dict(type='RandomStateHook'),
    finite_loss=dict(type='FiniteLossHook'),
    faults=dict(type='FaultSummaryHook'),
)

env_cfg = dict(
    cudnn_benchmark=False,
    mp_cfg=dict(mp_start_method='fork', opencv_num_threads=0),
    dist_cfg=dict(backend='nccl'),
)
log_processor = dict(type='LogProcessor', window_size=20, by_epoch=True)
visualizer = dict(type='ActionVisualizer', vis_backends=[dict(type='LocalVisBackend')])
log_level = 'INFO'
load_from = None
resume = False
