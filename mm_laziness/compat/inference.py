"""MMAction2's inference functions give a config the meaning that its training had."""

import copy
from functools import wraps
from pathlib import Path
from typing import Any

from mmengine.config import Config


def resolve_configs_of_inference() -> None:
    """Let ``init_recognizer`` and the inferencers resolve top-level settings.

    They build ``cfg.model`` as it stands, without a Runner. A config that inherits one
    of ours and sets, say, ``num_classes`` would get a head of its base's classes, which
    a checkpoint does not fit: it stays random, with no more than a line in the log.
    A checkpoint that leaves a tensor of one of our models random is refused.
    """
    from mmaction import apis
    from mmaction.apis import inference, inferencers

    stock = inference.init_recognizer
    if hasattr(stock, '__wrapped__'):
        return

    @wraps(stock)
    def init_recognizer(config: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(config, (str, Path)):
            config = Config.fromfile(config)
        return stock(_resolved(config), *args, **kwargs)

    load = inference.load_checkpoint

    @wraps(load)
    def load_checkpoint(model: Any, filename: str, *args: Any, **kwargs: Any) -> Any:
        checkpoint = load(model, filename, *args, **kwargs)
        _check(model, checkpoint, filename)
        return checkpoint

    inference.load_checkpoint = load_checkpoint
    inference.init_recognizer = apis.init_recognizer = init_recognizer
    kind = inferencers.ActionRecogInferencer
    init_model = kind._init_model

    @wraps(init_model)
    def _init_model(self: Any, cfg: Any, *args: Any, **kwargs: Any) -> Any:
        return init_model(self, _resolved(cfg), *args, **kwargs)

    kind._init_model = _init_model
    init_pipeline = kind._init_pipeline

    @wraps(init_pipeline)
    def _init_pipeline(self: Any, cfg: Any) -> Any:
        return init_pipeline(self, _resolved(cfg))

    kind._init_pipeline = _init_pipeline
    load_weights = kind._load_weights_to_model

    @wraps(load_weights)
    def _load_weights_to_model(self: Any, model: Any, checkpoint: Any, cfg: Any) -> Any:
        load_weights(self, model, checkpoint, cfg)
        if checkpoint is not None:
            _check(model, checkpoint, 'of this inferencer')

    kind._load_weights_to_model = _load_weights_to_model


def _resolved(config: Any) -> Any:
    from ..utils.config import resolve_config

    if not isinstance(config, Config) or 'config_defaults' not in config:
        return config
    config = resolve_config(copy.deepcopy(config))
    _keep_branches(config)
    return config


def _keep_branches(config: Config) -> None:
    """Drop the branches that the model does not take: a silent video has pictures.

    A data set tells its pipeline what to load; inference has no data set.
    """
    from ..utils.config_parts import model_modalities

    names = model_modalities(config.model)
    pipelines = [config.get('test_pipeline') or []]
    if config.get('test_dataloader'):
        pipelines.append(config.test_dataloader.dataset.get('pipeline') or [])
    for step in (step for pipeline in pipelines for step in pipeline):
        branches = step.get('branches', {})
        for name in [name for name in branches if name not in names]:
            del branches[name]
        if isinstance(step.get('share_random'), (list, tuple)):
            step['share_random'] = [m for m in step['share_random'] if m in names]


def _check(model: Any, checkpoint: dict, path: str) -> None:
    from ..models.recognizers import LateFusionRecognizer
    from ..models.utils import check_fit

    # Of MMAction2's own models we do not know which may lack tensors.
    if isinstance(model, LateFusionRecognizer):
        state = checkpoint.get('state_dict', checkpoint)
        check_fit(model, state, path, 'the model of this config', leftovers=True)
