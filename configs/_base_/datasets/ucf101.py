# UCF101, split 1, made ready by tools/data/ucf101/prepare.py: frames and TV-L1 flow in
# Feichtenhofer's layout; for MMAction2's rawframes see that folder's README. One
# picture and a stack of 10 pairs of flow around it, which follow by number. Crop and
# flip are the same for both. Du et al., ICML 2023, Appendix A: random crop and flip, in
# testing no crop. There is no validation set: best.pth is chosen on the test set, as in
# the papers. To change that, prepare with --val-fraction and set
# val_dataloader.dataset.ann_file to the val_split1.csv that it writes.
data_root = 'data/ucf101'
num_classes = 101
modalities = ['rgb', 'flow']

load_flow = dict(type='LoadFlowStack', length=10, axes=('u', 'v'))
train_augmentation = [
    dict(type='RandomCrop', size=224),
    dict(type='Flip', flip_ratio=0.5),
    dict(type='FormatShape', input_format='NCHW'),
]
test_resize = [
    dict(type='Resize', scale=(224, 224), keep_ratio=False),
    dict(type='FormatShape', input_format='NCHW'),
]
train_pipeline = [
    dict(type='SampleFrames', clip_len=1, num_clips=1),
    dict(
        type='PerModality',
        share_random=['rgb', 'flow'],
        branches=dict(
            rgb=[dict(type='RawFrameDecode'), *train_augmentation],
            flow=[load_flow, *train_augmentation],
        ),
    ),
    dict(type='PackModalities'),
]
test_pipeline = [
    dict(type='SampleFrames', clip_len=1, num_clips=1, test_mode=True),
    dict(
        type='PerModality',
        branches=dict(
            rgb=[dict(type='RawFrameDecode'), *test_resize],
            flow=[load_flow, *test_resize],
        ),
    ),
    dict(type='PackModalities'),
]

dataset = dict(
    type='MultiModalDataset',
    data_root=data_root,
    modalities=modalities,
    clock='rgb',
    data_prefix=dict(rgb='jpegs_256', flow='tvl1_flow/{}'),
    filename_tmpl=dict(rgb='frame{:06}.jpg', flow='frame{:06}.jpg'),
)
train_dataloader = dict(
    batch_size=64,
    num_workers=8,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        ann_file='annotations/train_split1.csv', pipeline=train_pipeline, **dataset
    ),
)
val_dataloader = dict(
    batch_size=64,
    num_workers=8,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        ann_file='annotations/test_split1.csv',
        pipeline=test_pipeline,
        test_mode=True,
        **dataset,
    ),
)
test_dataloader = val_dataloader
val_evaluator = dict(type='ModalityAccuracy')
test_evaluator = val_evaluator

# What a child config's top-level values are compared with; see resolve_config().
config_defaults = dict(
    data_root=data_root, num_classes=num_classes, modalities=modalities
)
