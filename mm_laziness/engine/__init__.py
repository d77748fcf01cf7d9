"""What drives a run: hooks, the Runner and optimizer wrappers."""

from .hooks import (
    BestCheckpointHook,
    DIMMLHook,
    FaultSummaryHook,
    FiniteLossHook,
    LazinessMonitorHook,
    MissingModalityHook,
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
    'LazinessMonitorHook',
    'MissingModalityHook',
    'MultiModalRunner',
    'OGMGEHook',
    'RandomStateHook',
]
