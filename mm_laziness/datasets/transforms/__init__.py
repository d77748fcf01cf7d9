"""Transforms of the multi-modal data path."""

from .branching import PerModality
from .clock import TrimToSegment
from .flow import LoadFlowStack
from .formatting import PackModalities
from .loading import LoadAudioClips, RollAudio
from .opening import OpenFrames
from .sampling import SampleFramesPerSecond

__all__ = [
    'LoadAudioClips',
    'LoadFlowStack',
    'OpenFrames',
    'PackModalities',
    'PerModality',
    'RollAudio',
    'SampleFramesPerSecond',
    'TrimToSegment',
]
