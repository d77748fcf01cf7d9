"""Metrics, and the pure functions behind them."""

from . import functional
from .metrics import ModalityAccuracy
from .predictions import Predictions, load_predictions

__all__ = ['ModalityAccuracy', 'Predictions', 'functional', 'load_predictions']
