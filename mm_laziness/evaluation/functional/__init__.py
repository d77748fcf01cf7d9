"""Pure functions that compute numbers about trained models."""

from .accuracy import label_ranks, mean_class_accuracy, top_k_accuracy
from .ensemble import average_scores
from .guidance import choose_method
from .linear_classifier import fit_linear_classifier, linear_scores
from .linear_probe import linear_probe

__all__ = [
    'average_scores',
    'choose_method',
    'fit_linear_classifier',
    'label_ranks',
    'linear_probe',
    'linear_scores',
    'mean_class_accuracy',
    'top_k_accuracy',
]
