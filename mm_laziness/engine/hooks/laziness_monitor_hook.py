"""See the laziness while it comes about."""

from pathlib import Path
from typing import Any

from mmaction.registry import HOOKS
from mmengine.dist import is_main_process
from mmengine.hooks import Hook
from mmengine.runner import Runner
from torch.utils.hooks import RemovableHandle

from ...utils.runs import shared_seed, unwrap
from .laziness_checks import check_count, check_monitored
from .laziness_history import (
    LAZINESS_FILE,
    add_numbers,
    resumed_epochs,
    write_history,
)
from .laziness_meter import LazinessMeter
from .laziness_numbers import scalars_of, training_numbers, validation_numbers
from .laziness_probe import LazinessProbe
from .laziness_references import read_references

# In the message hub, and so in checkpoints.
_INFO = 'laziness'


@HOOKS.register_module()
class LazinessMonitorHook(Hook):
    """Measure each modality in each epoch, without changing the training.

    Per modality: top-1 of its own scores (``unimodal_scores`` of the head) in training
    and validation and the gap between them; validation top-1 of a reference run in the
    same epoch and the gap to that; the gradient norm of its encoder, averaged over
    steps, and its share of all encoders'; the norm of its pooled features in training;
    the ratio of OGM (Peng et al., CVPR 2022) over the epoch. With ``probe_interval``
    also top-1 of a linear classifier on its encoder (Figure 2 of Du et al., ICML 2023).

    Gradients are those that the optimizer gets (reduced, unscaled, clipped; those of
    all parameters), but before OGM modulates them, so that runs with and without it
    compare. Training accuracies are of augmented samples, as the steps meet them;
    beside EMAHook, validation is of averaged weights, and all else of those trained.
    Numbers are in ``work_dir/laziness.json`` (accuracies, gaps and shares in percent)
    and the visualizer's backends, as ``laziness/<m>_<number>`` by epochs finished. One
    that was not measured is left out: accuracies under mixed labels, gradients of
    frozen encoders. A step costs no host synchronization, an epoch one reduction.

    Args:
        references (dict[str, str], optional): By modality the work folder of a run on
            it alone (with ``laziness.json`` or MMEngine's ``scalars.json``), or such a
            file.
        probe_interval (int, optional): Epochs between probes. Defaults to None: none.
        probe_samples (int): Training samples, and at most as many of validation, that
            a probe takes. They are decoded once, through the test pipeline, and kept
            in ``work_dir/laziness_probe`` until training ends. Defaults to 2000.

    Raises:
        ValueError: If ``probe_interval`` or ``probe_samples`` is below 1.

    Examples:
        >>> custom_hooks = [
        >>>     dict(
        >>>         type='LazinessMonitorHook',
        >>>         references=dict(rgb='work_dirs/rgb_slim_avdigits'),
        >>>         probe_interval=5)
        >>> ]
    """

    # After SyncBuffersHook, a default hook, before checkpoints are written.
    priority = 'NORMAL'

    def __init__(
        self,
        references: dict[str, str] | None = None,
        probe_interval: int | None = None,
        probe_samples: int = 2000,
    ) -> None:
        check_count('probe_samples', probe_samples)
        if probe_interval is not None:
            check_count('probe_interval', probe_interval)
        self.references = {m: str(path) for m, path in (references or {}).items()}
        self.probe_interval, self.probe_samples = probe_interval, probe_samples
        self._handles: list[RemovableHandle] = []
        self._meter: LazinessMeter | None = None
        self._probe: LazinessProbe | None = None

    def before_run(self, runner: Runner) -> None:
        """Check what must be there, before weights are drawn or loaded.

        Raises:
            ValueError: If this model or loop cannot be watched, or a reference is of
                something else.
            FileNotFoundError: If a reference has no log.
        """
        # Validation and testing come here as well, without an optimizer.
        if runner.optim_wrapper is None or isinstance(runner.optim_wrapper, dict):
            return
        check_monitored(runner, self.probe_interval)
        self.names = list(unwrap(runner.model).encoders)
        self.curves = read_references(self.references, self.names)

    def before_train(self, runner: Runner) -> None:
        """Go on with the numbers of a resumed run, and listen to head and optimizer."""
        self._remove()
        model = unwrap(runner.model)
        self.path = Path(runner.work_dir) / LAZINESS_FILE
        kept = runner.message_hub.get_info(_INFO) if runner._resume else None
        self.epochs = resumed_epochs(kept, self.path, runner.epoch)
        if self.probe_interval is not None:
            self._probe = LazinessProbe(
                runner.cfg,
                Path(runner.work_dir) / 'laziness_probe',
                self.probe_samples,
                shared_seed(runner),
            )
        self._meter = LazinessMeter(model.cls_head, dict(model.encoders))
        optimizer = runner.optim_wrapper.optimizer
        step = optimizer.register_step_pre_hook(self._meter.observe_gradients)
        # Before those that change gradients, which may have come earlier.
        optimizer._optimizer_step_pre_hooks.move_to_end(step.id, last=False)
        observer = model.cls_head.register_loss_observer(self._meter.observe)
        self._handles = [step, observer]

    def before_train_epoch(self, runner: Runner) -> None:
        """Forget the previous epoch."""
        if self._meter:
            self._meter.reset()

    def before_train_iter(
        self, runner: Runner, batch_idx: int, data_batch: Any = None
    ) -> None:
        """Count what comes now; other loops train to estimate something, too."""
        if self._meter:
            self._meter.armed = True

    def after_train_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: Any = None,
        outputs: dict | None = None,
    ) -> None:
        """Take the fused accuracy from the log of this step."""
        if self._meter:
            self._meter.armed = False
            self._meter.observe_outputs(outputs)

    def after_train_epoch(self, runner: Runner) -> None:
        """Write the numbers of training, and probe."""
        if not self._meter:
            return
        epoch = runner.epoch + 1
        sums = self._meter.sums()
        if sums['hard_rows'] < sums['rows']:
            runner.logger.warning(
                'LazinessMonitorHook: labels are mixed, so that training accuracies '
                'and the OGM ratio are left out'
            )
        numbers = training_numbers(sums, self.names)
        if self._probe and epoch % self.probe_interval == 0:
            for name, top1 in self._probe(unwrap(runner.model)).items():
                numbers['modalities'][name]['probe_top1'] = top1
        self._publish(runner, epoch, numbers)

    def after_val_epoch(self, runner: Runner, metrics: dict | None = None) -> None:
        """Write the accuracies of a validation during training."""
        if not self._meter:
            return
        epoch = runner.epoch
        last = self.epochs[-1] if self.epochs else {}
        training = last['modalities'] if last.get('epoch') == epoch else {}
        references = {m: c[epoch] for m, c in self.curves.items() if epoch in c}
        own = {name: training.get(name, {}) for name in self.names}
        numbers = validation_numbers(metrics or {}, own, references)
        self._publish(runner, epoch, numbers)

    def after_train(self, runner: Runner) -> None:
        """Leave the model, the optimizer and the disk as they were."""
        self._remove()

    def _publish(self, runner: Runner, epoch: int, numbers: dict[str, Any]) -> None:
        add_numbers(self.epochs, epoch, numbers)
        # Each time, since others put the hub back to an earlier state.
        runner.message_hub.update_info(_INFO, self.epochs)
        if not is_main_process():
            return
        paths = {name: self.references.get(name) for name in self.names}
        write_history(self.path, self.names, paths, self.epochs)
        runner.visualizer.add_scalars(scalars_of(numbers), step=epoch)

    def _remove(self) -> None:
        for handle in self._handles:
            handle.remove()
        self._handles, self._meter = [], None
        if self._probe:
            self._probe.remove()
        self._probe = None
