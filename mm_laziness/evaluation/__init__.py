"""Metrics, and the pure functions behind them."""

from . import functional
from .metrics import ModalityAccuracy

__all__ = ['ModalityAccuracy', 'functional']
