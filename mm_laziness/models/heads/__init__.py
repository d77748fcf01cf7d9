"""Heads."""

from .attention_fusion_head import AttentionFusionHead
from .di_mml_head import DIMMLHead
from .fusion_head import FusionHead
from .linear_fusion_head import LinearFusionHead
from .mlp_fusion_head import MLPFusionHead
from .multi_modal_head import MultiModalHead

__all__ = [
    'AttentionFusionHead',
    'DIMMLHead',
    'FusionHead',
    'LinearFusionHead',
    'MLPFusionHead',
    'MultiModalHead',
]
