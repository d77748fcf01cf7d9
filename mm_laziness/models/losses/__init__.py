"""Losses."""

from .feature_distillation_loss import FeatureDistillationLoss

__all__ = ['FeatureDistillationLoss']
