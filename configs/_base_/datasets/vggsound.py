# VGG-Sound; tools/data/vggsound/prepare.py writes the lists. The sound is read from the
# same mp4 files: its first ten seconds (the paper crops longer ones at random), tiled
# where it is shorter.
data_root = 'data/vggsound'
num_classes = 309
modalities = ['rgb', 'audio']

load_audio = dict(
    type='LoadAudioClips',
    sample_rate=16000,
    clip_seconds=10.0,
    pad='tile',
    align='segment',
)
# The paper prints the size of its files (256 x 256) and 32 frames; crops and flips are
# those of its other data sets.
train_pipeline = [
    dict(type='DecordInit'),
    dict(type='UniformSample', clip_len=32),
    dict(
        type='PerModality',
        branches=dict(
            rgb=[
                dict(type='DecordDecode'),
                dict(type='Resize', scale=(256, 256), keep_ratio=False),
                dict(type='RandomCrop', size=224),
                dict(type='Flip', flip_ratio=0.5),
                dict(type='FormatShape', input_format='NCTHW'),
            ],
            audio=[load_audio],
        ),
    ),
    dict(type='PackModalities'),
]
test_pipeline = [
    dict(type='DecordInit'),
    dict(type='UniformSample', clip_len=32, test_mode=True),
    dict(
        type='PerModality',
        branches=dict(
            rgb=[
                dict(type='DecordDecode'),
                dict(type='Resize', scale=(256, 256), keep_ratio=False),
                dict(type='CenterCrop', crop_size=224),
                dict(type='FormatShape', input_format='NCTHW'),
            ],
            audio=[load_audio],
        ),
    ),
    dict(type='PackModalities'),
]

# A video without sound counts as silence, and is reported.
dataset = dict(
    type='MultiModalDataset',
    data_root=data_root,
    data_prefix=dict(rgb='videos', audio='videos'),
    modalities=modalities,
    on_error=dict(rgb='skip', audio='zeros'),
)
train_dataloader = dict(
    batch_size=24,
    num_workers=8,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(ann_file='annotations/train.csv', pipeline=train_pipeline, **dataset),
)
val_dataloader = dict(
    batch_size=24,
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
