"""Pooling, views, and loading of encoders."""

from .effective_dimensions import EffectiveDimensions
from .encoders import (
    build_encoder,
    check_checkpoint,
    encoder_state,
    load_encoder,
    load_exactly,
    load_state,
)
from .fitting import check_fit
from .frozen import Frozen
from .modality_dropout import ModalityDropout
from .pooling import pool_features
from .views import align_views, merge_segments, split_views

__all__ = [
    'EffectiveDimensions',
    'Frozen',
    'ModalityDropout',
    'align_views',
    'build_encoder',
    'check_checkpoint',
    'check_fit',
    'encoder_state',
    'load_encoder',
    'load_exactly',
    'load_state',
    'merge_segments',
    'pool_features',
    'split_views',
]
