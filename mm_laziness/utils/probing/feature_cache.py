"""Features of encoders on the data of a config, extracted once."""

import copy
import hashlib
import json
import os.path as osp
from pathlib import Path
from typing import Any

from mmengine.config import Config
from mmengine.device import get_device
from mmengine.registry import DefaultScope
from mmengine.runner import Runner

from ...version import __version__
from ..config_parts import iter_datasets
from ..fingerprints import fingerprint_of_weights
from .encoder_access import Encoders
from .evaluation_data import evaluation_config
from .feature_extraction import collect_features
from .feature_parts import DiskParts, MemoryParts

# Of a data set, what changes the way to a sample, but not the sample.
_INDIFFERENT = ('cache', 'lazy_init', 'serialize_data', 'max_refetch')


def cached_features(
    encoders: Encoders,
    cfg: Config,
    split: str,
    cache: Path | None,
    *,
    amp: bool = False,
    title: str = '',
) -> dict | None:
    """Features and labels of a split; what is in the cache is not computed again.

    Args:
        encoders (Encoders): With their weights.
        cfg (Config): Resolved config of the data.
        split (str): ``'train'`` or ``'val'``.
        cache (Path, optional): Folder of all caches. Defaults to none.
        amp (bool): Automatic mixed precision.
        title (str): Of the progress bar.

    Returns:
        dict: ``feats`` (dict of (N, C_m), float32) and ``labels`` (N,), on the CPU;
        None on all processes but the first.
    """
    loader = evaluation_config(cfg, split)
    parts = MemoryParts()
    if cache is not None:
        parts = DiskParts(Path(cache) / features_key(encoders, loader, amp))
    with DefaultScope.overwrite_default_scope('mmaction'):
        encoders.model.to(get_device())
        return collect_features(
            encoders.model,
            Runner.build_dataloader(loader, seed=0),
            parts,
            title=title or split,
            amp=amp,
        )


def features_key(encoders: Encoders, loader: Any, amp: bool = False) -> str:
    """A name for all that features depend on.

    That is encoders, their weights and preprocessing, data set and pipeline, the
    content of annotation files, and the precision; not the content of media files, nor
    the batch size, which only changes how sums are rounded.

    Args:
        encoders (Encoders): With their weights.
        loader (dict): Config of the data loader.
        amp (bool): Automatic mixed precision.
    """
    cfg = Config(dict(val_dataloader=copy.deepcopy(loader)))
    found = list(iter_datasets(cfg))
    for dataset in found:
        for key in _INDIFFERENT:
            dataset.pop(key, None)
    known = dict(
        version=__version__,
        encoders=encoders.config,
        weights={
            name: fingerprint_of_weights(encoder)
            for name, encoder in encoders.model.encoders.items()
        },
        data=cfg.val_dataloader.dataset,  # with its wrappers
        annotations=[_content(d) for d in found],
        precision=get_device() if amp else 'full',
    )
    text = json.dumps(known, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def _content(dataset: dict) -> str | None:
    path = Path(osp.join(dataset.get('data_root') or '', dataset.get('ann_file') or ''))
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None
