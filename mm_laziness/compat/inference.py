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

    inference.init_recognizer = apis.init_recognizer = init_recognizer
    kind = inferencers.ActionRecogInferencer
    init_model = kind._init_model

    @wraps(init_model)
    def _init_model(self: Any, cfg: Any, *args: Any, **kwargs: Any) -> Any:
        return init_model(self, _resolved(cfg), *args, **kwargs)

    kind._init_model = _init_model


def _resolved(config: Any) -> Any:
    from ..utils.config import resolve_config

    if not isinstance(config, Config) or 'config_defaults' not in config:
        return config
    return resolve_config(copy.deepcopy(config))
