"""Data sets and transforms."""

from .clip_cache import ClipCache
from .multimodal_dataset import MultiModalDataset
from .transforms import (
    LoadAudioClips,
    PackModalities,
    PerModality,
    RollAudio,
    TrimToSegment,
)

__all__ = [
    'ClipCache',
    'LoadAudioClips',
    'MultiModalDataset',
    'PackModalities',
    'PerModality',
    'RollAudio',
    'TrimToSegment',
]
