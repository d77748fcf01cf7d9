"""Methods x seeds on one data set: what to run, in which order, and the results."""

import gc
import json
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path

from mmengine.config import Config
from mmengine.logging import MMLogger

from ..engine.runner.atomic_files import write_text
from .cli import build_runner
from .config import resolve_config
from .features import probe_encoders
from .study_hook import StudyHook
from .study_results import differences, in_percent, summarize

__all__ = ['Study', 'summarize']


@dataclass
class Study:
    """Train and test methods on a data set, teachers first, finished parts skipped.

    Args:
        name (str): Encoders and data set, as in ``<method>_<name>.py``.
        methods (Sequence[str]): Methods; those that train teachers are added.
        seeds (Sequence[int]): Every method is run with each.
        folder (Path): Where everything goes: ``<method>/seed<seed>/`` per cell.
        config_dir (Path): Folder of the configs.
        options (dict): Settings that replace those of every config.
        on_epoch (Callable, optional): Called after each epoch of training.
    """

    name: str
    methods: Sequence[str]
    seeds: Sequence[int]
    folder: Path
    config_dir: Path = Path('configs')
    options: dict = field(default_factory=dict)
    on_epoch: Callable[[], None] | None = None

    def __post_init__(self) -> None:
        """Put teachers first.

        Raises:
            FileNotFoundError: If a method has no config.
        """
        ordered: dict[str, None] = {}
        for method in self.methods:
            ordered.update(dict.fromkeys([*self.teachers(method), method]))
        self.methods = list(ordered)

    def config_path(self, method: str) -> Path:
        """Config file of a method."""
        path = self.config_dir / f'{method}_{self.name}.py'
        if not path.is_file():
            raise FileNotFoundError(
                f'method {method!r} has no config {path}; write it (a few lines on '
                f'joint_{self.name}.py), or choose other methods'
            )
        return path

    def cell_folder(self, method: str, seed: int) -> Path:
        """Folder of one run."""
        return self.folder / method / f'seed{seed}'

    def config(self, method: str, seed: int) -> Config:
        """Config of one run, whose teachers are those of the study."""
        cfg = Config.fromfile(self.config_path(method))
        cfg.merge_from_dict(self.options)
        for holder, key, other in list(self._references(cfg.model)):
            cell = self.cell_folder(other, seed)
            holder[key] = str(cell / ('config.py' if key == 'config' else 'best.pth'))
        cfg = resolve_config(cfg)
        # One validation, after the last epoch: `best.pth`, which others start from, is
        # that epoch's, and no checkpoint is chosen on test data.
        cfg.train_cfg.update(val_begin=1, val_interval=cfg.train_cfg.max_epochs)
        cfg.work_dir = str(self.cell_folder(method, seed))
        cfg.randomness = dict(seed=seed)
        # Several runs of one process must not share MMEngine's global instances.
        cfg.experiment_name = f'{self.name}_{method}_{seed}_{time.time_ns()}'
        cfg.launcher = 'none'
        return cfg

    def _references(self, holder: dict) -> Iterator[tuple[dict, str, str]]:
        """Places of a model config that name the run of another method."""
        for key, value in holder.items():
            if isinstance(value, dict):
                yield from self._references(value)
            elif isinstance(value, str) and value.endswith(('.pth', '.py')):
                path = Path(value)
                run = path.stem if path.suffix == '.py' else path.parent.name
                if run.endswith(f'_{self.name}'):
                    yield holder, key, run.removesuffix(f'_{self.name}')

    def teachers(self, method: str) -> list[str]:
        """Methods whose trained models this one starts from."""
        model = Config.fromfile(self.config_path(method)).model
        return list(dict.fromkeys(run for _, _, run in self._references(model)))

    def trains_encoders(self, method: str) -> bool:
        """Whether a method has encoders of its own, so that their probes tell of it."""
        model = Config.fromfile(self.config_path(method)).model
        return 'members' not in model and not model.get('frozen_encoders')

    def epochs(self) -> int:
        """Epochs of training in all that are not done yet."""
        left = [
            self.config(method, seed)
            for method in self.methods
            for seed in self.seeds
            if not (self.cell_folder(method, seed) / 'result.json').exists()
        ]
        return sum(c.train_cfg.max_epochs for c in left if 'members' not in c.model)

    def run_cell(self, method: str, seed: int) -> dict:
        """Train, test and probe one method with one seed, unless that is done.

        Returns:
            dict: ``top1``, ``unimodal_top1``, ``probe_top1`` in percent, ``seconds``.

        Raises:
            ValueError: If the folder holds a run of another config.
        """
        folder = self.cell_folder(method, seed)
        cfg = self.config(method, seed)
        self._keep_config(cfg, folder / 'config.py')
        done = folder / 'result.json'
        if done.exists():
            return json.loads(done.read_text())
        with open(folder / 'log.txt', 'a') as log, redirect_stdout(log):
            run = self._ensemble if 'members' in cfg.model else self._train
            try:
                result = run(cfg, method, seed)
            finally:
                _silence_console()
        write_text(done, json.dumps(result, indent=2) + '\n')
        gc.collect()
        return result

    def _keep_config(self, cfg: Config, path: Path) -> None:
        """Write the config of a cell, or compare it with that of an earlier run."""
        kept = Config({k: v for k, v in cfg.items() if k != 'experiment_name'})
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            kept.dump(path)
        elif changed := differences(Config.fromfile(path).to_dict(), kept.to_dict()):
            raise ValueError(
                f'{path.parent} holds a run with other settings ({changed[:5]}): give '
                'the study another --work-dir, or remove that folder'
            )

    def _train(self, cfg: Config, method: str, seed: int) -> dict:
        if any(Path(cfg.work_dir).glob('epoch_*.pth')):
            cfg.resume, cfg.load_from = True, None
        runner = build_runner(cfg)
        hook = StudyHook(self.on_epoch)
        runner.register_hook(hook, priority='LOWEST')
        runner.train()
        metrics = hook.metrics or runner.val()
        seconds = hook.seconds()
        if self.trains_encoders(method):
            probes = probe_encoders(runner.model, cfg)
        else:
            probes = self._probes_of_teachers(method, seed)
        return dict(in_percent(metrics), probe_top1=probes, seconds=seconds)

    def _ensemble(self, cfg: Config, method: str, seed: int) -> dict:
        start = time.perf_counter()
        metrics = build_runner(cfg).val()
        seconds = time.perf_counter() - start
        probes = self._probes_of_teachers(method, seed)
        return dict(in_percent(metrics), probe_top1=probes, seconds=seconds)

    def _probes_of_teachers(self, method: str, seed: int) -> dict[str, float]:
        """Probes of a method whose encoders are its teachers', unchanged."""
        probes: dict[str, float] = {}
        for teacher in self.teachers(method):
            result = self.cell_folder(teacher, seed) / 'result.json'
            probes.update(json.loads(result.read_text())['probe_top1'])
        return probes


def _silence_console() -> None:
    """Detach MMEngine's logger from a log file that is about to be closed."""
    logger = MMLogger.get_current_instance()
    for handler in list(logger.handlers):
        if type(handler) is logging.StreamHandler:
            logger.removeHandler(handler)
