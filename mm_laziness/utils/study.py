"""Run methods x seeds on one data set."""

import gc
import json
import logging
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from mmengine.config import Config
from mmengine.logging import MMLogger

from ..engine.runner.atomic_files import write_text
from .cli import build_runner
from .config_parts import model_modalities
from .features import probe_encoders
from .study_hook import StudyHook
from .study_plan import StudyPlan
from .study_results import differences, in_percent, summarize

__all__ = ['Study', 'summarize']


@dataclass
class Study(StudyPlan):
    """Train, test and probe what a plan says; finished parts are skipped.

    Args:
        on_epoch (Callable, optional): Called after each epoch of training.
        others: As in :class:`StudyPlan`.
    """

    on_epoch: Callable[[], None] | None = None

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
        return _result(cfg, metrics, probes, seconds)

    def _ensemble(self, cfg: Config, method: str, seed: int) -> dict:
        start = time.perf_counter()
        metrics = build_runner(cfg).val()
        seconds = time.perf_counter() - start
        probes = self._probes_of_teachers(method, seed)
        return _result(cfg, metrics, probes, seconds)

    def _probes_of_teachers(self, method: str, seed: int) -> dict[str, float]:
        """Probes of a method whose encoders are its teachers', unchanged."""
        probes: dict[str, float] = {}
        for _, key, teacher in self._references(self._read(method).model):
            result = self.cell_folder(teacher, seed) / 'result.json'
            own = json.loads(result.read_text())['probe_top1']
            # Of a teacher with several encoders, the one that is taken.
            probes.update({key: own[key]} if key in own else own)
        return probes


def _result(cfg: Config, metrics: dict, probes: dict, seconds: float) -> dict:
    numbers = in_percent(metrics, model_modalities(cfg.model))
    return dict(numbers, probe_top1=probes, seconds=seconds)


def _silence_console() -> None:
    """Detach MMEngine's logger from a log file that is about to be closed."""
    logger = MMLogger.get_current_instance()
    for handler in list(logger.handlers):
        if type(handler) is logging.StreamHandler:
            logger.removeHandler(handler)
