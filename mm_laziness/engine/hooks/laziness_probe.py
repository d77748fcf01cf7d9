"""How good are the encoders by themselves, now? Probes on a part of the data."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mmengine.config import Config
from mmengine.dist import all_reduce, get_rank
from torch import Tensor
from torch.utils.data import DataLoader

from ...evaluation.functional import linear_probe
from ...utils.probing.features import evaluation_dataloader
from ...utils.random import sample_random_state
from ...utils.runs import modes_kept
from .laziness_samples import KeptSamples, stratified_subset


class LazinessProbe:
    """A linear probe of each encoder on fixed parts of training and validation data.

    Both parts go through the test pipeline once; later probes only run the encoders,
    in eval mode. The state of training (modes, norm statistics, random numbers) stays
    as it is. The same samples are drawn in every run of a seed and data set.

    Args:
        cfg (Config): Of the run.
        folder (Path): For the files that keep the samples.
        samples (int): At most so many of each part.
        seed (int): Of the draw.

    Raises:
        ValueError: If the samples cannot be kept, or have several labels.
    """

    def __init__(self, cfg: Config, folder: Path, samples: int, seed: int) -> None:
        self.folder = folder
        self.parts: dict[str, KeptSamples] = {}
        # Pipelines draw from the global generators, which belong to training.
        with sample_random_state(seed, 0, 0):
            for split in ('train', 'val'):
                loader = evaluation_dataloader(cfg, split)
                chosen = stratified_subset(_labels(loader), samples, seed)
                own = folder / f'{split}_rank{get_rank()}'
                self.parts[split] = KeptSamples(loader, chosen, own)
        for part in self.parts.values():
            all_reduce(part.labels)

    def __call__(self, model: Any) -> dict[str, float]:
        """Top-1 of each encoder in percent; to be called by all processes."""
        with modes_kept(model):
            model.eval()
            train, val = (
                (_features(model, part), part.labels) for part in self.parts.values()
            )
        device = next(model.parameters()).device
        return {
            name: 100
            * linear_probe(
                train[0][name],
                train[1],
                val[0][name],
                val[1],
                num_classes=model.cls_head.num_classes,
                device=device,
            )['top1']
            for name in train[0]
        }

    def remove(self) -> None:
        """Remove the files."""
        for part in self.parts.values():
            part.remove()
        # The last process finds it empty.
        with suppress(OSError):
            self.folder.rmdir()


def _labels(loader: DataLoader) -> list[int]:
    dataset: Any = loader.dataset
    if hasattr(dataset, 'full_init'):
        dataset.full_init()
    labels = [dataset.get_data_info(i).get('label') for i in range(len(dataset))]
    for label in labels:
        if not isinstance(label, int | np.integer):
            raise ValueError(
                f'a probe needs one label per sample, but found {label!r}; set '
                'probe_interval=None of LazinessMonitorHook'
            )
    return labels


@torch.no_grad()
def _features(model: Any, part: KeptSamples) -> dict[str, Tensor]:
    """Pooled features (N, C_m) of all processes' samples, clips averaged."""
    rows: dict[str, list[Tensor]] = {}
    for batch in part:
        inputs = model.data_preprocessor(batch, False)['inputs']
        size = len(next(iter(inputs.values())))
        for name, feats in model.extract_feat(inputs).items():
            pooled = feats.float().unflatten(0, (size, -1)).mean(dim=1)
            rows.setdefault(name, []).append(pooled.cpu())
    found = {}
    for name, width in model.cls_head.in_channels.items():
        # Zeros for what others have, so that the sum is exact.
        found[name] = torch.zeros(part.size, width)
        if name in rows:
            found[name][part.own] = torch.cat(rows[name])
        all_reduce(found[name])
    return found
