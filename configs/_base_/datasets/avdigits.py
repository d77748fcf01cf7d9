# Spoken and written digits, made by tools/data/avdigits/generate.py. The variant
# `paired` is data_root = 'data/avdigits/paired' with num_classes = 11.
data_root = 'data/avdigits/uni'
num_classes = 10
modalities = ['rgb', 'audio']

sample_rate = 16000
load_audio = dict(
    type='LoadAudioClips', sample_rate=sample_rate, clip_seconds=2.0, pad='tile'
)
train_pipeline = [
    dict(type='DecordInit'),
    dict(type='SampleFrames', clip_len=4, frame_interval=4, temporal_jitter=True),
    dict(
        type='PerModality',
        branches=dict(
            rgb=[
                dict(type='DecordDecode'),
                dict(type='Resize', scale=(36, 36), keep_ratio=False),
                dict(type='RandomCrop', size=32),
                dict(type='FormatShape', input_format='NCTHW'),
            ],
            audio=[load_audio, dict(type='RollAudio')],
        ),
    ),
    dict(type='PackModalities'),
]
test_pipeline = [
    dict(type='DecordInit'),
    dict(type='SampleFrames', clip_len=4, frame_interval=4, test_mode=True),
    dict(
        type='PerModality',
        branches=dict(
            rgb=[
                dict(type='DecordDecode'),
                dict(type='Resize', scale=(36, 36), keep_ratio=False),
                dict(type='CenterCrop', crop_size=32),
                dict(type='FormatShape', input_format='NCTHW'),
            ],
            audio=[load_audio],
        ),
    ),
    dict(type='PackModalities'),
]

dataset = dict(
    type='MultiModalDataset',
    data_root=data_root,
    modalities=modalities,
    cache='work_dirs/cache/avdigits',
)
train_dataloader = dict(
    batch_size=32,
    num_workers=0,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(ann_file='train.txt', pipeline=train_pipeline, **dataset),
)
val_dataloader = dict(
    batch_size=100,
    num_workers=0,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        ann_file='test.txt', pipeline=test_pipeline, test_mode=True, **dataset
    ),
)
test_dataloader = val_dataloader
val_evaluator = dict(type='ModalityAccuracy')
test_evaluator = val_evaluator

# What a child config's top-level values are compared with; see resolve_config().
config_defaults = dict(
    data_root=data_root, num_classes=num_classes, modalities=modalities
)
