"""The Runner, and loops."""

from .gradient_blending_loop import GradientBlendingTrainLoop
from .multi_modal_runner import MultiModalRunner

__all__ = ['GradientBlendingTrainLoop', 'MultiModalRunner']
