"""MMTM, re-balanced (Wu et al., ICML 2022), and RUBi (Cadene et al., NeurIPS 2019)."""
