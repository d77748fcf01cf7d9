"""Run methods x seeds on one data set."""

import gc
import json
import logging
import time
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from mmengine.config import Config
from mmengine.logging import MMLogger

from ...engine.runner.atomic_files import write_text
from ..cli import build_runner
from ..config_parts import model_modalities
from ..probing.features import probe_encoders
from ..probing.probe_hits import write_hits
from .evaluation import keep_predictions, without_each
from .hook import StudyHook
from .memory import PeakMemory
from .plan import StudyPlan
from .probes import taken_probes
from .results import differences, in_percent, summarize
from .watch import watched

__all__ = ['Study', 'summarize']


@dataclass
class Study(StudyPlan):
    """Train, test and probe what a plan says; finished parts are skipped.

    Args:
        monitor (bool): Whether to watch each encoder in each epoch, for cells that are
            not finished. Defaults to False.
        probe_interval (int, optional): Epochs between the monitor's probes.
        missing (Sequence[str]): Ways of testing every cell without each of its
            modalities; see :func:`missing_results`. Defaults to none.
        on_epoch (Callable, optional): Called after each epoch of training.
        others: As in :class:`StudyPlan`.
    """

    monitor: bool = False
    probe_interval: int | None = None
    missing: Sequence[str] = ()
    on_epoch: Callable[[], None] | None = None

    def epochs(self, method: str, seed: int) -> int:
        """Epochs of training of one cell that are not done yet."""
        cfg = self.config(method, seed)
        if self.finished(method, seed) or 'members' in cfg.model:
            return 0
        saved = Path(cfg.work_dir).glob('epoch_*.pth')
        done = [int(p.stem[6:]) for p in saved if p.stem[6:].isdecimal()]
        return max(0, cfg.train_cfg.max_epochs - max(done, default=0))

    def finished(self, method: str, seed: int) -> bool:
        """Whether a cell has its result."""
        return (self.cell_folder(method, seed) / 'result.json').exists()

    def check(self) -> None:
        """Compose every config, and compare it with that of an earlier run.

        Raises:
            ValueError: If a config cannot work, or a cell's folder holds a run of
                another.
        """
        for seed in self.seeds:
            for method in self.methods:
                self._compare(self.config(method, seed))

    def run_cell(self, method: str, seed: int) -> dict:
        """Train, test and probe one method with one seed, unless that is done.

        Returns:
            dict: ``top1``, ``unimodal_top1``, ``probe_top1`` in percent, ``seconds``,
            ``memory`` (MiB) and, if asked for, ``missing_top1``.

        Raises:
            ValueError: If the folder holds a run of another config.
        """
        cfg = self.config(method, seed)
        folder = Path(cfg.work_dir)
        self._compare(cfg)
        if not (folder / 'config.py').exists():
            folder.mkdir(parents=True, exist_ok=True)
            write_text(folder / 'config.py', _comparable(cfg).pretty_text)
        with open(folder / 'log.txt', 'a') as log, redirect_stdout(log):
            try:
                return self._complete(cfg, method, seed)
            finally:
                _silence_console()
                gc.collect()

    def _complete(self, cfg: Config, method: str, seed: int) -> dict:
        """Do what is left of a cell."""
        folder = Path(cfg.work_dir)
        done = folder / 'result.json'
        if done.exists():
            result = json.loads(done.read_text())
            keep_predictions(cfg)
        else:
            run = self._ensemble if 'members' in cfg.model else self._train
            result = run(cfg, method, seed)
            write_text(done, json.dumps(result, indent=2) + '\n')
        several = len(model_modalities(cfg.model)) > 1
        if self.missing and several and not self.couples_encoders(method):
            result['missing_top1'] = without_each(cfg, self.missing)
        return result

    def _compare(self, cfg: Config) -> None:
        """Refuse a folder that holds a run with other settings."""
        path = Path(cfg.work_dir) / 'config.py'
        if not path.exists():
            return
        kept = Config.fromfile(path).to_dict()
        if changed := differences(kept, _comparable(cfg).to_dict()):
            raise ValueError(
                f'{path.parent} holds a run with other settings ({changed[:5]}): give '
                'the study another --work-dir, or remove that folder'
            )

    def _train(self, cfg: Config, method: str, seed: int) -> dict:
        if any(Path(cfg.work_dir).glob('epoch_*.pth')):
            cfg.resume, cfg.load_from = True, None
        coupled = self.couples_encoders(method)
        references = {
            modality: self.cell_folder(other, seed)
            for modality, other in self.references(method).items()
            if self.finished(other, seed)
        }
        runner = build_runner(
            watched(
                cfg,
                monitor=self.monitor,
                references=references,
                probe_interval=None if coupled else self.probe_interval,
            )
        )
        hook = StudyHook(self.on_epoch)
        runner.register_hook(hook, priority='LOWEST')
        runner.train()
        seconds, memory = hook.seconds(), hook.memory()
        metrics = hook.metrics or runner.val()
        if self.trains_encoders(method):
            hits = probe_encoders(runner.model, cfg)
            write_hits(cfg.work_dir, hits)
            probes = hits.top1()
        else:
            probes = {} if coupled else self._probes_of_teachers(method, seed)
        return _result(cfg, metrics, probes, seconds, memory)

    def _ensemble(self, cfg: Config, method: str, seed: int) -> dict:
        start, peak = time.perf_counter(), PeakMemory()
        metrics = build_runner(watched(cfg)).val()
        seconds, memory = time.perf_counter() - start, peak.mebibytes()
        probes = self._probes_of_teachers(method, seed)
        return _result(cfg, metrics, probes, seconds, memory)

    def references(self, method: str) -> dict[str, str]:
        """The uni-modal methods that a monitored one is compared with, by modality."""
        single = self.unimodal_methods() if self.monitor else {}
        if method in single.values():
            return {}
        return {
            name: single[name]
            for name in self.modalities(method)
            # One that starts from this very method cannot be there before.
            if name in single and method not in self.lineage(single[name])
        }

    def _probes_of_teachers(self, method: str, seed: int) -> dict[str, float]:
        """Probes of a method whose encoders are its teachers', unchanged."""
        sources = [
            (self.cell_folder(teacher, seed), key)
            for _, key, teacher in self._references(self._read(method).model)
        ]
        return taken_probes(sources, self.cell_folder(method, seed))


def _comparable(cfg: Config) -> Config:
    """A config without the name that each of its runs has anew."""
    return Config({k: v for k, v in cfg.items() if k != 'experiment_name'})


def _result(
    cfg: Config, metrics: dict, probes: dict, seconds: float, memory: float | None
) -> dict:
    numbers = in_percent(metrics, model_modalities(cfg.model))
    return dict(numbers, probe_top1=probes, seconds=seconds, memory=memory)


def _silence_console() -> None:
    """Detach MMEngine's logger from a log file that is about to be closed."""
    logger = MMLogger.get_current_instance()
    for handler in list(logger.handlers):
        if type(handler) is logging.StreamHandler:
            logger.removeHandler(handler)
