"""Evaluate models without some of their modalities."""
