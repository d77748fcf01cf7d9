"""Count the broken samples and say which they were."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from mmaction.registry import HOOKS
from mmengine.dist import all_gather_object, is_main_process
from mmengine.hooks import Hook
from mmengine.runner import Runner

from ..runner.atomic_files import write_text

Fault = tuple[str, str, str, str]  # modality, path, reason, action


@HOOKS.register_module()
class FaultSummaryHook(Hook):
    """Warn once per epoch or test about the samples that could not be read.

    The data set records them in the data samples' ``faults``. ``work_dir/faults.json``
    lists every file for ``train``, ``val`` and ``test``, with how often it was met.

    Args:
        max_files (int): How many files the warning names. Defaults to 5.

    Examples:
        >>> custom_hooks = [dict(type='FaultSummaryHook')]
    """

    def __init__(self, max_files: int = 5) -> None:
        self.max_files = max_files
        self.counts: dict[str, Counter[Fault]] = {}
        self.totals: dict[str, Counter[Fault]] = {}

    def _after_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: Any = None,
        outputs: Any = None,
        mode: str = 'train',
    ) -> None:
        """Count the faults of one batch; they never leave the host."""
        if not isinstance(data_batch, dict):
            return
        counts = self.counts.setdefault(mode, Counter())
        for sample in data_batch.get('data_samples') or ():
            counts.update(tuple(fault) for fault in sample.get('faults', ()))

    # MMEngine's logger drops a warning with the text of an earlier one, hence the
    # epochs and iterations in them.

    def after_train_epoch(self, runner: Runner) -> None:
        """Summarize the training epoch."""
        self._summarize(runner, 'train', f'training epoch {runner.epoch + 1}')

    def before_val_epoch(self, runner: Runner) -> None:
        """Summarize what an iteration-based loop, one long epoch, has met so far."""
        self._summarize(
            runner, 'train', f'training up to iteration {_iteration(runner)}'
        )

    def after_val_epoch(self, runner: Runner, metrics: dict | None = None) -> None:
        """Summarize the validation."""
        self._summarize(
            runner, 'val', f'validation after iteration {_iteration(runner)}'
        )

    def after_test_epoch(self, runner: Runner, metrics: dict | None = None) -> None:
        """Summarize the test."""
        self._summarize(runner, 'test', 'the test')

    def _summarize(self, runner: Runner, mode: str, where: str) -> None:
        own = self.counts.pop(mode, Counter())
        counts: Counter[Fault] = sum(all_gather_object(own), Counter())
        if not counts or not is_main_process():
            return
        self.totals.setdefault(mode, Counter()).update(counts)
        path = Path(runner.work_dir) / 'faults.json'
        _write(path, mode, self.totals[mode])

        groups: Counter[tuple[str, str]] = Counter()
        for (modality, _, _, action), count in counts.items():
            groups[modality, action] += count
        summary = ', '.join(f'{n} x {m} {action}' for (m, action), n in groups.items())
        lines = [f'Faults in {where}: {summary}. Files:']
        lines += [f'  {p} ({m}): {r}' for m, p, r, _ in list(counts)[: self.max_files]]
        more = len(counts) - self.max_files
        lines.append(f'{f"  and {more} more; " if more > 0 else "  "}all in {path}')
        runner.logger.warning('\n'.join(lines))


def _iteration(runner: Runner) -> int:
    # `runner.iter` would build the training loop, and its data set, for a validation.
    return getattr(runner._train_loop, 'iter', 0)


def _write(path: Path, mode: str, totals: Counter[Fault]) -> None:
    """Replace the entry of ``mode``: a test must not wipe out those of training."""
    try:
        report = json.loads(path.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        report = {}
    names = ('modality', 'path', 'reason', 'action')
    report[mode] = [
        {**dict(zip(names, fault, strict=True)), 'count': count}
        for fault, count in sorted(totals.items())
    ]
    write_text(path, json.dumps(report, indent=2))
