"""MMTM units between the stages of encoders, and their heads."""

from .branch_head import BranchHead
from .mmtm import MMTM
from .mmtm_recognizer import MMTMRecognizer
from .rebalancing import Rebalancing
from .rubi import RUBiLoss
from .rubi_head import RUBiHead
from .squeeze_recorder import record_squeezes
from .stages import Stage, encoder_stages

__all__ = [
    'MMTM',
    'BranchHead',
    'MMTMRecognizer',
    'RUBiHead',
    'RUBiLoss',
    'Rebalancing',
    'Stage',
    'encoder_stages',
    'record_squeezes',
]
