"""Hooks: everything that acts on a run between two steps."""

from .best_checkpoint_hook import BestCheckpointHook
from .fault_summary_hook import FaultSummaryHook
from .finite_loss_hook import FiniteLossHook
from .random_state_hook import RandomStateHook

__all__ = [
    'BestCheckpointHook',
    'FaultSummaryHook',
    'FiniteLossHook',
    'RandomStateHook',
]
