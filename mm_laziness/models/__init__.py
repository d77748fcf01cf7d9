"""Recognizers, heads, losses, backbones and data preprocessors."""

from .backbones import SlimResNet
from .data_preprocessors import FlowDataPreprocessor, SpectrogramPreprocessor
from .heads import AttentionFusionHead, DIMMLHead, LinearFusionHead, MLPFusionHead
from .losses import DUCLoss, FeatureDistillationLoss, LabelDistillationLoss
from .recognizers import (
    LabelDistillationRecognizer,
    LateFusionRecognizer,
    UMERecognizer,
    UMTRecognizer,
)

__all__ = [
    'AttentionFusionHead',
    'DIMMLHead',
    'DUCLoss',
    'FeatureDistillationLoss',
    'FlowDataPreprocessor',
    'LabelDistillationLoss',
    'LabelDistillationRecognizer',
    'LateFusionRecognizer',
    'LinearFusionHead',
    'MLPFusionHead',
    'SlimResNet',
    'SpectrogramPreprocessor',
    'UMERecognizer',
    'UMTRecognizer',
]
