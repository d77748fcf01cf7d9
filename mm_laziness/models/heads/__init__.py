"""Heads."""

from .fusion_head import FusionHead
from .linear_fusion_head import LinearFusionHead

__all__ = ['FusionHead', 'LinearFusionHead']
