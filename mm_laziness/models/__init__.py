"""Recognizers, heads, losses, backbones and data preprocessors."""

from .backbones import SlimResNet
from .data_preprocessors import SpectrogramPreprocessor
from .heads import AttentionFusionHead, LinearFusionHead, MLPFusionHead
from .losses import FeatureDistillationLoss
from .recognizers import LateFusionRecognizer, UMERecognizer, UMTRecognizer

__all__ = [
    'AttentionFusionHead',
    'FeatureDistillationLoss',
    'LateFusionRecognizer',
    'LinearFusionHead',
    'MLPFusionHead',
    'SlimResNet',
    'SpectrogramPreprocessor',
    'UMERecognizer',
    'UMTRecognizer',
]
