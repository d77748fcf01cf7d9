"""The samples on which trained encoders are measured, in order and unaugmented."""

import copy
from typing import Any

from mmengine.config import Config
from mmengine.runner import Runner
from torch.utils.data import DataLoader

from ..config_parts import DATALOADERS, is_multi_modal, iter_datasets

# What says where the samples of a data set are; all else is how they are loaded.
_SAMPLES = ('ann_file', 'data_root', 'data_prefix', 'indices', 'split')


def evaluation_dataloader(cfg: Config, split: str) -> DataLoader:
    """Load a split in order, through the test pipeline.

    Args:
        cfg (Config): A resolved config with ``train_dataloader`` and
            ``val_dataloader``, of ours or of MMAction2.
        split (str): ``'train'`` (its annotations, without augmentation) or ``'val'``.

    Raises:
        ValueError: If the config lacks the split.
    """
    return Runner.build_dataloader(evaluation_config(cfg, split), seed=0)


def evaluation_config(cfg: Config, split: str) -> Any:
    """Config of :func:`evaluation_dataloader`.

    Raises:
        ValueError: If the config lacks the split.
    """
    loader = copy.deepcopy(cfg.get('val_dataloader') or cfg.get('test_dataloader'))
    if not loader:
        raise ValueError(
            'the config has neither val_dataloader nor test_dataloader, whose pipeline '
            'loads the samples; set one, or take the data of another config'
        )
    if split == 'train':
        own = cfg.get('train_dataloader')
        if not own:
            raise ValueError(
                'the config has no train_dataloader, on whose samples classifiers are '
                'trained; set it, or take the data of another config'
            )
        template = next(iter_datasets(Config(dict(val_dataloader=loader))))
        parts = []
        for train in iter_datasets(Config(dict(train_dataloader=own))):
            parts.append(copy.deepcopy(template))
            for key in _SAMPLES:
                parts[-1].pop(key, None)
                if key in train:
                    parts[-1][key] = train[key]
        several = dict(type='ConcatDataset', datasets=parts)
        loader.dataset = parts[0] if len(parts) == 1 else several
    return loader


def restrict_modalities(cfg: Config, names: list[str]) -> Config:
    """A copy whose data sets load no other modalities than ``names``.

    Data sets of MMAction2 are left as they are.
    """
    cfg = copy.deepcopy(cfg)
    for dataset in filter(is_multi_modal, iter_datasets(cfg)):
        dataset['modalities'] = list(names)
    return cfg


def take_data(cfg: Config, other: Config) -> None:
    """Give a config the data of another one, and nothing else of it.

    Args:
        cfg (Config): Changed in place.
        other (Config): Resolved.
    """
    for name in DATALOADERS:
        cfg[name] = copy.deepcopy(other.get(name))
