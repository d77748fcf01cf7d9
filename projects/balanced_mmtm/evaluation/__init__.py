"""Numbers about trained MMTM models."""

from .flow import BranchHits, branch_hits, load_mmtm
from .utilization import Utilization, conditional_utilization, utilization_report

__all__ = [
    'BranchHits',
    'Utilization',
    'branch_hits',
    'conditional_utilization',
    'load_mmtm',
    'utilization_report',
]
