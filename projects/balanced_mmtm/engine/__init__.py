"""Hooks of balanced MMTM, and the functions that they are made of."""

from .full_accuracy_stop_hook import FullAccuracyStopHook
from .learning_speed import (
    SpeedGroups,
    conditional_speeds,
    relative_gradients,
    speed_groups,
)
from .rebalancing_hook import RebalancingHook
from .switching import REGULAR, guided_next, leads, random_next
from .training_loss_metric_hook import TrainingLossMetricHook

__all__ = [
    'REGULAR',
    'FullAccuracyStopHook',
    'RebalancingHook',
    'SpeedGroups',
    'TrainingLossMetricHook',
    'conditional_speeds',
    'guided_next',
    'leads',
    'random_next',
    'relative_gradients',
    'speed_groups',
]
