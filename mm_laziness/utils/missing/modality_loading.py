"""Load some of the modalities of a data set."""

import copy
from collections.abc import Sequence
from typing import Any

from mmengine.config import Config
from torch.utils.data import DataLoader

from ..config_parts import is_multi_modal, iter_datasets
from ..probing.evaluation_data import evaluation_dataloader


def load_only(
    cfg: Config, names: Sequence[str], loader: str, split: str, **settings: Any
) -> DataLoader:
    """Load a split in order, and of its modalities only these.

    Args:
        cfg (Config): Resolved.
        names (Sequence[str]): The modalities.
        loader (str): Whose pipeline, and, unless those of training are asked for, whose
            samples to take.
        split (str): ``'train'`` or ``'val'``.
        **settings: Further settings of the data sets.
    """
    cfg = copy.deepcopy(cfg)
    cfg.val_dataloader = cfg[loader]
    cfg.val_dataloader.sampler = dict(
        type='DefaultSampler', shuffle=False, round_up=False
    )
    read_only(cfg, names, **settings)
    return evaluation_dataloader(cfg, split)


def read_only(cfg: Config, names: Sequence[str], **settings: Any) -> None:
    """Let the data sets of a config read only these of their modalities.

    Args:
        cfg (Config): Resolved; changed in place.
        names (Sequence[str]): The modalities.
        **settings: Further settings of the data sets.
    """
    for dataset in filter(is_multi_modal, iter_datasets(cfg)):
        loaded = dataset.get('modalities') or _branches(dataset)
        lacking = [name for name in loaded if name not in names]
        dataset.update(missing=lacking, **settings)


def _branches(dataset: Any) -> list[str]:
    steps = (step for step in dataset.pipeline if 'branches' in step)
    return list(next(steps)['branches'])
