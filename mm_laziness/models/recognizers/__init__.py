"""Recognizers."""

from .late_fusion import LateFusionRecognizer
from .ume import UMERecognizer
from .umt import UMTRecognizer

__all__ = ['LateFusionRecognizer', 'UMERecognizer', 'UMTRecognizer']
