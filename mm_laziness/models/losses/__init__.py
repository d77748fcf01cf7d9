"""Losses."""

from .duc_loss import DUCLoss
from .feature_distillation_loss import FeatureDistillationLoss
from .label_distillation_loss import LabelDistillationLoss

__all__ = [
    'DUCLoss',
    'FeatureDistillationLoss',
    'LabelDistillationLoss',
]
