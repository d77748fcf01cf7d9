"""Pure functions that compute numbers about trained models."""

from .accuracy import label_ranks, mean_class_accuracy, top_k_accuracy
from .blending import overfitting_to_generalization_weights
from .certainty import certainty_weighted_scores
from .dimensions import separate_dimensions
from .ensemble import average_scores
from .guidance import choose_method
from .linear_classifier import fit_linear_classifier, linear_scores
from .linear_probe import linear_probe
from .modulation import (
    coefficients_from_sums,
    confidence_sums,
    modulation_coefficients,
)

__all__ = [
    'average_scores',
    'certainty_weighted_scores',
    'choose_method',
    'coefficients_from_sums',
    'confidence_sums',
    'fit_linear_classifier',
    'label_ranks',
    'linear_probe',
    'linear_scores',
    'mean_class_accuracy',
    'modulation_coefficients',
    'overfitting_to_generalization_weights',
    'separate_dimensions',
    'top_k_accuracy',
]
