"""Recognizers."""

from .label_distillation import LabelDistillationRecognizer
from .late_fusion import LateFusionRecognizer
from .ume import UMERecognizer
from .umt import UMTRecognizer

__all__ = [
    'LabelDistillationRecognizer',
    'LateFusionRecognizer',
    'UMERecognizer',
    'UMTRecognizer',
]
