"""The package's methods on the synthetic sets, which the paper does not show."""

from .registry import DEFAULT_METHODS, METHODS, run_method
from .task import Task
from .unimodal import guidance

__all__ = ['DEFAULT_METHODS', 'METHODS', 'Task', 'guidance', 'run_method']
