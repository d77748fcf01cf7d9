"""Load one sample as training will."""

import copy
import os.path as osp
from typing import Any

from mmaction.registry import DATASETS
from mmengine.config import Config
from mmengine.registry import DefaultScope

from ...utils.config import resolve_config


def load_sample(config: str, root: str) -> dict[str, Any]:
    """Shapes of one training sample of a config, read from ``root``.

    Args:
        config (str): The config file.
        root (str): Put in place of its ``data_root``.

    Returns:
        dict: ``config``, and ``inputs`` (``shape`` and ``dtype`` by modality) or, if
        no sample can be loaded, ``error``.
    """
    found: dict[str, Any] = dict(config=osp.relpath(config))
    try:
        if not osp.isfile(config):
            raise FileNotFoundError(f'config {config} does not exist')
        cfg = Config.fromfile(config)
        cfg.data_root = str(root)
        dataset = copy.deepcopy(resolve_config(cfg).train_dataloader.dataset)
        # A cache of decoded videos is for training.
        dataset.pop('cache', None)
        with DefaultScope.overwrite_default_scope('mmaction'):
            inputs = DATASETS.build(dataset)[0]['inputs']
        found['inputs'] = {
            name: dict(shape=list(value.shape), dtype=str(value.dtype).split('.')[-1])
            for name, value in inputs.items()
        }
    # Whatever it is, the annotation files are written and good.
    except Exception as error:
        text = ' '.join(str(error).split())
        found['error'] = f'{type(error).__name__}: {text}'.removesuffix(': ')
    return found
