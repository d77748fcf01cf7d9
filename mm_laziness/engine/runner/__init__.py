"""The Runner, and loops."""

from .multi_modal_runner import MultiModalRunner

__all__ = ['MultiModalRunner']
