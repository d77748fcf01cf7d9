# Kinetics-400 in MMAction2's layout (its tools/data/kinetics); the sound is read from
# the same mp4 files, about two seconds around the frames.
#
# Of the paper's 64 consecutive frames at 30 per second a SlowOnly network 8 x 8 reads 8
# spread evenly; frames of videos with other rates are chosen by time. SlowFast's 32 are
# in kinetics_32x2.py.
data_root = 'data/kinetics400'
num_classes = 400
modalities = ['rgb', 'audio']

# 128 frames of 16 ms by the spectrogram of MMAction2's build_audio_features.
load_audio = dict(type='LoadAudioClips', sample_rate=16000, clip_seconds=2.032)
train_pipeline = [
    dict(type='DecordInit'),
    dict(type='SampleFrames', clip_len=8, frame_interval=8, target_fps=30),
    dict(
        type='PerModality',
        branches=dict(
            rgb=[
                dict(type='DecordDecode'),
                dict(type='Resize', scale=(-1, 256)),
                dict(type='RandomCrop', size=224),
                dict(type='Flip', flip_ratio=0.5),
                dict(type='FormatShape', input_format='NCTHW'),
            ],
            audio=[load_audio],
        ),
    ),
    dict(type='PackModalities'),
]
val_pipeline = [
    dict(type='DecordInit'),
    dict(
        type='SampleFrames',
        clip_len=8,
        frame_interval=8,
        target_fps=30,
        test_mode=True,
    ),
    dict(
        type='PerModality',
        branches=dict(
            rgb=[
                dict(type='DecordDecode'),
                dict(type='Resize', scale=(-1, 256)),
                dict(type='CenterCrop', crop_size=224),
                dict(type='FormatShape', input_format='NCTHW'),
            ],
            audio=[load_audio],
        ),
    ),
    dict(type='PackModalities'),
]
# Ten clips x three crops; each clip has its own sound, which its crops share.
test_pipeline = [
    dict(type='DecordInit'),
    dict(
        type='SampleFrames',
        clip_len=8,
        frame_interval=8,
        num_clips=10,
        target_fps=30,
        test_mode=True,
    ),
    dict(
        type='PerModality',
        branches=dict(
            rgb=[
                dict(type='DecordDecode'),
                dict(type='Resize', scale=(-1, 256)),
                dict(type='ThreeCrop', crop_size=256),
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
    modalities=modalities,
    on_error=dict(rgb='skip', audio='zeros'),
)
train_dataloader = dict(
    batch_size=8,
    num_workers=8,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        ann_file='kinetics400_train_list_videos.txt',
        data_prefix=dict(rgb='videos_train', audio='videos_train'),
        pipeline=train_pipeline,
        **dataset,
    ),
)
val_dataloader = dict(
    batch_size=8,
    num_workers=8,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        ann_file='kinetics400_val_list_videos.txt',
        data_prefix=dict(rgb='videos_val', audio='videos_val'),
        pipeline=val_pipeline,
        test_mode=True,
        **dataset,
    ),
)
test_dataloader = dict(
    batch_size=1,
    num_workers=8,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        ann_file='kinetics400_val_list_videos.txt',
        data_prefix=dict(rgb='videos_val', audio='videos_val'),
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
