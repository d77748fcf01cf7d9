"""Hooks: everything that acts on a run between two steps."""

from .best_checkpoint_hook import BestCheckpointHook
from .di_mml_hook import DIMMLHook
from .fault_summary_hook import FaultSummaryHook
from .finite_loss_hook import FiniteLossHook
from .laziness_monitor_hook import LazinessMonitorHook
from .missing_modality_hook import MissingModalityHook
from .ogm_ge_hook import OGMGEHook
from .random_state_hook import RandomStateHook

__all__ = [
    'BestCheckpointHook',
    'DIMMLHook',
    'FaultSummaryHook',
    'FiniteLossHook',
    'LazinessMonitorHook',
    'MissingModalityHook',
    'OGMGEHook',
    'RandomStateHook',
]
