"""What a study measures in a run, added to the run's config."""

import copy
from collections.abc import Mapping
from pathlib import Path

from mmengine.config import Config

PREDICTIONS = 'predictions.pkl'
_MONITOR = 'LazinessMonitorHook'


def watched(
    cfg: Config,
    *,
    monitor: bool = False,
    references: Mapping[str, Path] | None = None,
    probe_interval: int | None = None,
) -> Config:
    """Copy of a run's config that keeps predictions and, if asked, watches each epoch.

    What is added changes no weight, so that the config which a cell is known by is the
    one without it.

    Args:
        cfg (Config): Resolved, with ``val_evaluator`` and ``work_dir``.
        monitor (bool): Whether to validate, and to look at the encoders, in each epoch.
        references (Mapping[str, Path], optional): By modality the run folder of the
            uni-modal model, for the monitor.
        probe_interval (int, optional): Epochs between the monitor's linear probes.

    Returns:
        Config: No checkpoint in it is chosen by validation.
    """
    cfg = copy.deepcopy(cfg)
    kept = str(Path(cfg.work_dir) / PREDICTIONS)
    given = cfg.val_evaluator
    evaluators = list(given) if isinstance(given, list | tuple) else [given]
    cfg.val_evaluator = [*evaluators, dict(type='DumpResults', out_file_path=kept)]
    checkpoint = (cfg.get('default_hooks') or {}).get('checkpoint')
    if checkpoint:
        # `best.pth` is made of the last epoch: see StudyHook.
        checkpoint.save_best = None
    hooks = list(cfg.get('custom_hooks') or [])
    if monitor and 'members' not in cfg.model:
        cfg.train_cfg.update(val_begin=1, val_interval=1)
        if all(hook.get('type') != _MONITOR for hook in hooks):
            paths = {name: str(path) for name, path in (references or {}).items()}
            own = dict(references=paths, probe_interval=probe_interval)
            cfg.custom_hooks = [*hooks, dict(type=_MONITOR, **own)]
    return cfg
