"""Metrics for MMEngine's evaluator."""

from .modality_accuracy import ModalityAccuracy

__all__ = ['ModalityAccuracy']
