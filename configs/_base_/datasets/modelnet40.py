# ModelNet40, shaded views 1 (front) and 7 (rear) of 12, made ready by
# tools/data/modelnet40/prepare.py. Pictures as they are, 224 x 224, flipped at random
# in training, each view on its own, which is our choice. Wu et al. choose the epoch on
# 20 % of the training set: prepare with --val-fraction 0.2 and set
# val_dataloader.dataset.ann_file to the val.csv that it writes; else the test set
# chooses.
data_root = 'data/modelnet40'
num_classes = 40
modalities = ['front', 'rear']

train_view = [
    dict(type='ImageDecode'),
    dict(type='Flip', flip_ratio=0.5),
    dict(type='FormatShape', input_format='NCHW'),
]
test_view = [
    dict(type='ImageDecode'),
    dict(type='FormatShape', input_format='NCHW'),
]
train_pipeline = [
    dict(type='PerModality', branches=dict(front=train_view, rear=train_view)),
    dict(type='PackModalities'),
]
test_pipeline = [
    dict(type='PerModality', branches=dict(front=test_view, rear=test_view)),
    dict(type='PackModalities'),
]

dataset = dict(
    type='MultiModalDataset',
    data_root=data_root,
    modalities=modalities,
    data_prefix=dict(
        front='modelnet40_images_new_12x', rear='modelnet40_images_new_12x'
    ),
)
train_dataloader = dict(
    batch_size=8,
    num_workers=8,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(ann_file='annotations/train.csv', pipeline=train_pipeline, **dataset),
)
val_dataloader = dict(
    batch_size=64,
    num_workers=8,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        ann_file='annotations/test.csv',
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
