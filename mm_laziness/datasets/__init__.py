"""Data sets and transforms."""

from .clip_cache import ClipCache
from .multimodal_dataset import MultiModalDataset
from .transforms import (
    LoadAudioClips,
    LoadFlowStack,
    OpenFrames,
    PackModalities,
    PerModality,
    RollAudio,
    SampleFramesPerSecond,
    TrimToSegment,
)

__all__ = [
    'ClipCache',
    'LoadAudioClips',
    'LoadFlowStack',
    'MultiModalDataset',
    'OpenFrames',
    'PackModalities',
    'PerModality',
    'RollAudio',
    'SampleFramesPerSecond',
    'TrimToSegment',
]
