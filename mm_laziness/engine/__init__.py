"""What drives a run: hooks, the Runner and optimizer wrappers."""

from .hooks import (
    BestCheckpointHook,
    DIMMLHook,
    FaultSummaryHook,
    FiniteLossHook,
    OGMGEHook,
    RandomStateHook,
)
from .optimizers import CpuAmpOptimWrapper
from .runner import GradientBlendingTrainLoop, MultiModalRunner

__all__ = [
    'BestCheckpointHook',
    'CpuAmpOptimWrapper',
    'DIMMLHook',
    'FaultSummaryHook',
    'FiniteLossHook',
    'GradientBlendingTrainLoop',
    'MultiModalRunner',
    'OGMGEHook',
    'RandomStateHook',
]
