"""Pooling, views, and loading of encoders."""

from .effective_dimensions import EffectiveDimensions
from .encoders import (
    build_encoder,
    check_checkpoint,
    encoder_state,
    load_encoder,
    load_state,
)
from .fitting import check_fit, load_exactly
from .frozen import Frozen
from .missing import STRATEGIES, MissingModalities
from .modality_dropout import ModalityDropout
from .naming import require_inputs, require_names, require_width
from .pooling import pool_features
from .views import align_views, merge_segments, segments_per_clip, split_views

__all__ = [
    'STRATEGIES',
    'EffectiveDimensions',
    'Frozen',
    'MissingModalities',
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
    'require_inputs',
    'require_names',
    'require_width',
    'segments_per_clip',
    'split_views',
]
