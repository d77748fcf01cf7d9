"""Transforms of the multi-modal data path."""

from .branching import PerModality
from .clock import TrimToSegment
from .formatting import PackModalities
from .loading import LoadAudioClips, RollAudio

__all__ = [
    'LoadAudioClips',
    'PackModalities',
    'PerModality',
    'RollAudio',
    'TrimToSegment',
]
