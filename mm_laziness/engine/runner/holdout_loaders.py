"""Data loaders over the kept and the held-out part of a training set."""

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from mmaction.registry import DATASETS
from mmengine.config import Config
from mmengine.runner import Runner
from torch.utils.data import DataLoader

from ...utils.config_parts import iter_datasets
from .holdout import split_holdout


class HoldoutLoaders:
    """Loaders over the kept part, to train on, and over both parts, to measure.

    Args:
        train (dict): Config of the training set's loader.
        test (dict, optional): Config of a loader whose data set has the pipeline to
            measure with, that of validation or test; nothing else of its data set is
            used.
        holdout (float): Share of the training set that is held out.
        seed (int): Of the split.

    Raises:
        ValueError: If a config is missing, the training set is wrapped or has several
            labels per sample, or a class has too few samples.
    """

    def __init__(
        self, train: Any, test: Any, holdout: float = 0.1, seed: int = 0
    ) -> None:
        self._train, self._test = train, test
        dataset = _dataset_of(train, 'train_dataloader')
        if 'dataset' in dataset or 'datasets' in dataset:
            raise ValueError(
                f'G-Blending holds out a part of the training set, which '
                f'{dataset.get("type")} hides; list all files in one annotation file '
                'and set train_dataloader.dataset to a plain data set'
            )
        self._pipeline = _pipeline_of(test)
        rows, labels = _samples(dataset)
        parts = split_holdout(labels, holdout, seed)
        self.kept, self.held = ([rows[index] for index in part] for part in parts)

    def kept_config(self) -> dict:
        """The training set's config, without the held-out samples."""
        config = copy.deepcopy(self._train)
        config['dataset']['indices'] = self.kept
        return config

    def train_loader(self, seed: int) -> DataLoader:
        """Load the kept part as training does; workers start anew in each epoch.

        Raises:
            ValueError: If there are too few samples for a batch.
        """
        config = self.kept_config()
        config['persistent_workers'] = False
        loader = Runner.build_dataloader(config, seed=seed)
        if len(loader) == 0:
            # An estimate without a step would weigh all alike, and say nothing.
            raise ValueError(
                f'the {len(self.kept)} samples that are not held out make no whole '
                'batch per process; set drop_last=False in train_dataloader, or a '
                'smaller batch_size or holdout'
            )
        # Without a generator of its own each new iterator draws from the model's.
        loader.generator = torch.Generator()
        return loader

    def evaluation_loader(self, indices: Sequence[int], seed: int) -> DataLoader:
        """Load samples in order and each once on all ranks together, to measure.

        Args:
            indices (Sequence[int]): :attr:`kept` or :attr:`held`.
            seed (int): Of whatever is random in the pipeline.
        """
        config = copy.deepcopy(self._test)
        dataset = copy.deepcopy(self._train['dataset'])
        dataset.update(pipeline=self._pipeline, test_mode=True, indices=list(indices))
        for key in ('batch_sampler', 'num_batch_per_epoch'):
            config.pop(key, None)
        # No padding: a sample that counts twice would change the mean.
        sampler = dict(type='DefaultSampler', shuffle=False, round_up=False)
        config.update(
            dataset=dataset, sampler=sampler, drop_last=False, persistent_workers=False
        )
        loader = Runner.build_dataloader(config, seed=seed)
        loader.generator = torch.Generator()
        return loader


def _dataset_of(loader: Any, name: str) -> Any:
    dataset = loader.get('dataset') if isinstance(loader, dict) else None
    if not isinstance(dataset, dict):
        raise ValueError(
            f'G-Blending builds its own loaders, so that {name} and its data set must '
            f'be configs (dict), but got {type(loader).__name__} with '
            f'{type(dataset).__name__}'
        )
    return dataset


def _pipeline_of(loader: Any) -> Any:
    dataset: dict = {}
    if loader is not None:
        _dataset_of(loader, 'val_dataloader')
        dataset = next(iter_datasets(Config(dict(val_dataloader=loader))))
    if 'pipeline' not in dataset:
        raise ValueError(
            'G-Blending measures losses with the pipeline of val_dataloader, or of '
            'test_dataloader if that is not set, but found none; set val_dataloader'
        )
    return dataset['pipeline']


def _samples(config: dict) -> tuple[list[int], list[int]]:
    """Indices that the config selects, in the unselected data set, and their labels."""
    config = copy.deepcopy(config)
    chosen = config.pop('indices', None)
    dataset = DATASETS.build(config)
    dataset.full_init()
    rows = list(range(len(dataset)))
    if isinstance(chosen, int):
        rows = rows[:chosen] if chosen >= 0 else rows[chosen:]
    elif chosen is not None:
        rows = [rows[index] for index in chosen]
    labels = [dataset.get_data_info(index).get('label') for index in rows]
    for label in labels:
        if not isinstance(label, (int, np.integer)):
            raise ValueError(
                'G-Blending needs one label (int) per training sample, but found '
                f'{label!r}'
            )
    return rows, labels
