"""Tables and figures of MMTM models."""

from .learning_speeds import plot_learning_speeds
from .utilization import plot_utilization, utilization_table

__all__ = ['plot_learning_speeds', 'plot_utilization', 'utilization_table']
