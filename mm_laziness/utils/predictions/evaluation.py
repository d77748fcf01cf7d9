"""Evaluate a model once and keep what it predicts."""

import argparse
import copy
import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mmengine.config import Config
from mmengine.hooks import Hook
from mmengine.runner import Runner
from tqdm import tqdm

from ...engine.runner.atomic_files import put_in_place, temporary_name, write_text
from ..cli import build_runner, load_config
from ..config import resolve_config


class ProgressHook(Hook):
    """Show a bar over the batches of a test."""

    def __init__(self, title: str) -> None:
        self.title = title

    def before_test(self, runner: Runner) -> None:
        """Start the bar."""
        loader = runner.test_loop.dataloader
        self.bar = tqdm(total=len(loader), desc=self.title, unit='batch')

    def after_test_iter(self, runner: Runner, *args: Any, **kwargs: Any) -> None:
        """Move it."""
        self.bar.update()

    def after_test(self, runner: Runner) -> None:
        """Leave it as it is."""
        self.bar.close()


def evaluate_predictions(
    config: str,
    checkpoint: str | None,
    folder: str | Path,
    cfg_options: Mapping[str, Any] | None = None,
) -> Path:
    """Test a model with a Runner, unless that has been done, and keep the predictions.

    Args:
        config (str): Config file, or MMAction2's as ``mmaction::...``.
        checkpoint (str, optional): File or URL; None for an ensemble.
        folder (str or Path): Gets ``predictions.pkl``, used again while the config,
            the checkpoints and the annotations are unchanged, and the log.
        cfg_options (Mapping, optional): Settings that replace those of the config.

    Returns:
        Path: A dump as of ``tools/test.py --dump``.

    Raises:
        FileNotFoundError: If the config or the checkpoint does not exist.
        ValueError: If a checkpoint is missing, or given for an ensemble.
    """
    folder = Path(folder)
    cfg = _read(config, folder, cfg_options)
    _check(cfg, config, checkpoint)
    dump, key_file = folder / 'predictions.pkl', folder / 'evaluated.json'
    key = _key(cfg, checkpoint)
    if dump.exists() and key_file.exists() and key_file.read_text() == key:
        return dump
    folder.mkdir(parents=True, exist_ok=True)
    key_file.unlink(missing_ok=True)
    # DumpResults writes in place and insists on the suffix.
    unfinished = folder / temporary_name('predictions').replace('.saving', '.pkl')
    cfg.test_evaluator = [dict(type='DumpResults', out_file_path=str(unfinished))]
    cfg.load_from, cfg.resume, cfg.log_level = checkpoint, False, 'WARNING'
    # Runs of one second and one name would share their loggers.
    cfg.experiment_name = f'{folder.name}_{time.time_ns()}'
    runner = build_runner(cfg)
    runner.register_hook(ProgressHook(f'evaluating {folder.name}'))
    runner.test()
    put_in_place(unfinished, dump)
    write_text(key_file, key)
    return dump


def _read(config: str, folder: Path, cfg_options: Mapping | None) -> Config:
    args = argparse.Namespace(
        config=config,
        cfg_options=dict(cfg_options) if cfg_options else None,
        launcher='none',
        local_rank=0,
        work_dir=str(folder),
    )
    return resolve_config(load_config(args))


def _check(cfg: Config, config: str, checkpoint: str | None) -> None:
    ensemble = 'members' in cfg.get('model', {})
    if ensemble and checkpoint is not None:
        raise ValueError(
            f'{config} is an ensemble, whose members have their checkpoints in the '
            f'config: leave out {checkpoint}'
        )
    if not ensemble and checkpoint is None:
        raise ValueError(
            f'{config} needs a checkpoint: write {config},CHECKPOINT, such as '
            f'{config},{Path(config).parent / "best.pth"}'
        )
    local = checkpoint is not None and '://' not in checkpoint
    if local and not Path(str(checkpoint)).is_file():
        raise FileNotFoundError(
            f'checkpoint {checkpoint} does not exist; train it with python '
            f'tools/train.py {config}'
        )


def _key(cfg: Config, checkpoint: str | None) -> str:
    """All that decides the predictions, as text: settings, and the files they name."""
    parts = {
        name: copy.deepcopy(cfg.get(name))
        for name in ('model', 'data_preprocessor', 'test_dataloader', 'test_cfg')
    }
    root = cfg.get('data_root')
    roots = {Path(), *([Path(root)] if isinstance(root, str) else [])}
    loader = cfg.get('test_dataloader') or {}
    own = (loader.get('dataset') or {}).get('data_root')
    roots |= {Path(own)} if isinstance(own, str) else set()
    named = {text for text in _texts(parts) if text} | {checkpoint or ''}
    files = {
        path for text in named - {''} for root in roots if _is_file(path := root / text)
    }
    stamps = {
        str(path): [path.stat().st_size, path.stat().st_mtime_ns] for path in files
    }
    content = dict(checkpoint=checkpoint, files=stamps, settings=repr(parts))
    return json.dumps(content, indent=2, sort_keys=True) + '\n'


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # no path at all, such as a long text
        return False


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts(item)
