"""MMTM, re-balanced (Wu et al., ICML 2022), and RUBi (Cadene et al., NeurIPS 2019)."""

from . import engine, models

__all__ = ['engine', 'models']
