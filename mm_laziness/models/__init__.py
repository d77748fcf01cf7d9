"""Recognizers, heads, losses, backbones and data preprocessors."""

from .backbones import SlimResNet
from .data_preprocessors import SpectrogramPreprocessor
from .heads import LinearFusionHead
from .losses import FeatureDistillationLoss
from .recognizers import LateFusionRecognizer, UMERecognizer, UMTRecognizer

__all__ = [
    'FeatureDistillationLoss',
    'LateFusionRecognizer',
    'LinearFusionHead',
    'SlimResNet',
    'SpectrogramPreprocessor',
    'UMERecognizer',
    'UMTRecognizer',
]
