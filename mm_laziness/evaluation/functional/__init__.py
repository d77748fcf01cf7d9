"""Pure functions that compute numbers about trained models."""

from .accuracy import label_ranks, mean_class_accuracy, top_k_accuracy
from .blending import overfitting_to_generalization_weights
from .bootstrap import accuracy_interval, paired_bootstrap
from .certainty import certainty_weighted_scores
from .class_level import class_level_table, class_report
from .confusion import confusion_matrix
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
from .paired_tests import mcnemar
from .sample_size import samples_needed
from .splitting import split_linear_scores

__all__ = [
    'accuracy_interval',
    'average_scores',
    'certainty_weighted_scores',
    'choose_method',
    'class_level_table',
    'class_report',
    'coefficients_from_sums',
    'confidence_sums',
    'confusion_matrix',
    'fit_linear_classifier',
    'label_ranks',
    'linear_probe',
    'linear_scores',
    'mcnemar',
    'mean_class_accuracy',
    'modulation_coefficients',
    'overfitting_to_generalization_weights',
    'paired_bootstrap',
    'samples_needed',
    'separate_dimensions',
    'split_linear_scores',
    'top_k_accuracy',
]
