"""Keep the best checkpoint under a fixed name, and lose none when killed."""

import os.path as osp
from bisect import bisect
from collections.abc import Container
from typing import Any

from mmaction.registry import HOOKS
from mmengine.dist import is_main_process
from mmengine.fileio import LocalBackend
from mmengine.hooks import CheckpointHook
from mmengine.runner import Runner

from ..runner.atomic_files import link_or_copy, write_text


@HOOKS.register_module()
class BestCheckpointHook(CheckpointHook):
    """MMEngine's ``CheckpointHook`` plus ``best.pth``, in an order safe to kill.

    ``best.pth`` lies beside ``best_acc_top1_epoch_N.pth`` (a hard link, or a copy where
    the file system has none), so that other configs can name it; with several metrics
    in ``save_best`` it follows the first. The previous checkpoint is removed only
    after the new one is complete, where MMEngine removes first. A schedule that learns
    from validation (``ReduceOnPlateauLR``) is saved after it, where MMEngine saves
    before, so that a resumed run forgets no metric; in runs by iteration it is saved
    before, too. Takes the arguments of ``CheckpointHook``.

    Examples:
        >>> default_hooks = dict(checkpoint=dict(
        >>>     type='BestCheckpointHook', save_best='acc/top1', max_keep_ckpts=1))
    """

    file_backend: Any
    _awaits_validation = False

    def _save_checkpoint(self, runner: Runner) -> None:
        """Save, or wait for the validation of this epoch that a schedule needs."""
        self._awaits_validation = self.by_epoch and _validation_counts(runner)
        if not self._awaits_validation:
            super()._save_checkpoint(runner)

    def after_val_epoch(self, runner: Runner, metrics: dict) -> None:
        """Save the best, then let ``best.pth`` be it, then remove the previous one."""
        if not hasattr(self, 'file_backend'):  # `runner.val()` alone saves nothing
            return
        if self._awaits_validation:
            self._awaits_validation = False
            meta = dict(epoch=runner.epoch, iter=runner.iter)
            self._save_checkpoint_with_step(runner, runner.epoch, meta)
        before = self._best(runner)
        backend = self.file_backend
        self.file_backend = outdated = _DeferredRemoval(backend)
        try:
            super().after_val_epoch(runner, metrics)
        finally:
            self.file_backend = backend
        best = self._best(runner)
        if best != before and is_main_process() and isinstance(backend, LocalBackend):
            # After the score is in the resumable checkpoint too: a run killed before
            # goes on from the previous best file with the previous best score.
            link_or_copy(best[0], osp.join(osp.dirname(best[0]), 'best.pth'))
        # A file that was written again under its old name is not outdated.
        several = getattr(self, 'best_ckpt_path_dict', {}).values()
        outdated.flush(keep={best[0], *several})

    def _best(self, runner: Runner) -> tuple[str, float]:
        """Path and score of the best by the first metric, '' and 0.0 without one."""
        if not self.save_best:
            return '', 0.0
        several = len(self.key_indicators) > 1
        suffix = f'_{self.key_indicators[0]}' if several else ''
        hub = runner.message_hub
        return (
            hub.get_info(f'best_ckpt{suffix}', ''),
            hub.get_info(f'best_score{suffix}', 0.0),
        )

    def _save_checkpoint_with_step(self, runner: Runner, step: int, meta: dict) -> None:
        """Save, then name it in ``last_checkpoint``, then remove the outdated one.

        Does what MMEngine's does, in this order and with complete files only.
        """
        outdated = None
        # Saved twice in an epoch when it is the best so far.
        if self.max_keep_ckpts > 0 and step not in self.keep_ckpt_ids:
            if len(self.keep_ckpt_ids) == self.max_keep_ckpts:
                outdated = self.filename_tmpl.format(self.keep_ckpt_ids.popleft())
            self.keep_ckpt_ids.append(step)
            runner.message_hub.update_info('keep_ckpt_ids', list(self.keep_ckpt_ids))
        filename = self.filename_tmpl.format(step)
        self.last_ckpt: Any = self.file_backend.join_path(self.out_dir, filename)
        runner.message_hub.update_info('last_ckpt', self.last_ckpt)
        runner.save_checkpoint(
            self.out_dir,
            filename,
            self.file_client_args,
            save_optimizer=self.save_optimizer,
            save_param_scheduler=self.save_param_scheduler,
            meta=meta,
            by_epoch=self.by_epoch,
            backend_args=self.backend_args,
            **self.args,
        )
        if not is_main_process():
            return
        write_text(osp.join(runner.work_dir, 'last_checkpoint'), self.last_ckpt)
        if outdated is not None:
            _remove(
                self.file_backend, self.file_backend.join_path(self.out_dir, outdated)
            )


def _validation_counts(runner: Runner) -> bool:
    """Whether the epoch that ends is validated, and a schedule learns from that."""
    given: Any = runner.param_schedulers or []
    groups = given.values() if isinstance(given, dict) else [given]
    if not any(getattr(s, 'need_val_args', False) for group in groups for s in group):
        return False
    loop: Any = runner.train_loop
    epoch = runner.epoch + 1
    # The loop settles its interval after this hook; it may change during a run.
    phase = bisect(loop.dynamic_milestones, epoch + 1) - 1
    due = epoch % loop.dynamic_intervals[phase] == 0 or epoch == runner.max_epochs
    return runner.val_loop is not None and epoch >= loop.val_begin and due


class _DeferredRemoval:
    """A storage backend that removes nothing until it is told to."""

    def __init__(self, backend: Any) -> None:
        self.backend = backend
        self.paths: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self.backend, name)

    def remove(self, path: str) -> None:
        self.paths.append(path)

    rmtree = remove

    def flush(self, keep: Container[str]) -> None:
        for path in self.paths:
            if path not in keep:
                _remove(self.backend, path)


def _remove(backend: Any, path: str) -> None:
    if backend.isdir(path):  # DeepSpeed saves folders
        backend.rmtree(path)
    elif backend.isfile(path):
        backend.remove(path)
