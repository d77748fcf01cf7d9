"""A small multi-modal data set for tests."""

from mmaction.registry import DATASETS

SHARED = [
    dict(type='DecordInit'),
    dict(type='SampleFrames', clip_len=4, frame_interval=2),
]
BRANCHES = dict(
    rgb=[
        dict(type='DecordDecode'),
        dict(type='Resize', scale=(16, 16), keep_ratio=False),
        dict(type='Flip', flip_ratio=0.5),
        dict(type='FormatShape', input_format='NCTHW'),
    ],
    audio=[dict(type='LoadAudioClips', sample_rate=8000, clip_seconds=0.5)],
)


def pipeline(branches=BRANCHES, shared=SHARED, **kwargs):
    return [
        *shared,
        dict(type='PerModality', branches=branches, **kwargs),
        dict(type='PackModalities'),
    ]


def build(root, ann_file='list.txt', **kwargs):
    kwargs.setdefault('pipeline', pipeline())
    return DATASETS.build(
        dict(type='MultiModalDataset', ann_file=ann_file, data_root=str(root), **kwargs)
    )
