"""What drives a run: hooks, the Runner and optimizer wrappers."""

from .hooks import BestCheckpointHook, FaultSummaryHook, FiniteLossHook, RandomStateHook
from .optimizers import CpuAmpOptimWrapper
from .runner import MultiModalRunner

__all__ = [
    'BestCheckpointHook',
    'CpuAmpOptimWrapper',
    'FaultSummaryHook',
    'FiniteLossHook',
    'MultiModalRunner',
    'RandomStateHook',
]
