# AVE, made ready by tools/data/ave/prepare.py: of each labelled segment, 4 of the
# frames at 1 per second and its sound, repeated to 10 s. The official codes crop each
# frame on its own; here all frames of a clip are cropped and flipped alike, as
# MMAction2 does.
data_root = 'data/ave'
num_classes = 28
modalities = ['rgb', 'audio']

load_audio = dict(
    type='LoadAudioClips',
    sample_rate=16000,
    clip_seconds=10.0,
    pad='tile',
    align='segment',
)
train_pipeline = [
    dict(type='OpenFrames'),
    dict(type='SampleFramesPerSecond', rate=1.0, num_frames=4),
    dict(
        type='PerModality',
        branches=dict(
            rgb=[
                dict(type='DecordDecode'),
                dict(type='RandomResizedCrop'),
                dict(type='Resize', scale=(224, 224), keep_ratio=False),
                dict(type='Flip', flip_ratio=0.5),
                dict(type='FormatShape', input_format='NCHW'),
            ],
            audio=[load_audio],
        ),
    ),
    dict(type='PackModalities'),
]
test_pipeline = [
    dict(type='OpenFrames'),
    dict(type='SampleFramesPerSecond', rate=1.0, num_frames=4, test_mode=True),
    dict(
        type='PerModality',
        branches=dict(
            rgb=[
                dict(type='DecordDecode'),
                dict(type='Resize', scale=(224, 224), keep_ratio=False),
                dict(type='FormatShape', input_format='NCHW'),
            ],
            audio=[load_audio],
        ),
    ),
    dict(type='PackModalities'),
]

# Videos without sound count as silence; faults are counted and reported.
dataset = dict(
    type='MultiModalDataset',
    data_root=data_root,
    modalities=modalities,
    data_prefix=dict(rgb='AVE', audio='AVE'),
    on_error=dict(rgb='skip', audio='zeros'),
)
train_dataloader = dict(
    batch_size=16,
    num_workers=8,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(ann_file='annotations/train.csv', pipeline=train_pipeline, **dataset),
)
val_dataloader = dict(
    batch_size=16,
    num_workers=8,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        ann_file='annotations/val.csv',
        pipeline=test_pipeline,
        test_mode=True,
        **dataset,
    ),
)
test_dataloader = dict(
    batch_size=16,
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
val_evaluator = dict(type='ModalityAccuracy')
test_evaluator = val_evaluator

# What a child config's top-level values are compared with; see resolve_config().
config_defaults = dict(
    data_root=data_root, num_classes=num_classes, modalities=modalities
)
