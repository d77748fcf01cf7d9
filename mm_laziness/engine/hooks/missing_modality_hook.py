"""Test without some of the modalities."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mmaction.registry import HOOKS
from mmengine.hooks import Hook
from mmengine.runner import Runner

from ...utils.runs import unwrap


@HOOKS.register_module()
class MissingModalityHook(Hook):
    """Let the model do without modalities during a test, as ``test.py --missing`` does.

    The data set's ``missing`` keeps it from reading them.

    Args:
        names (Sequence[str]): The missing modalities.
        strategy (str): What stands in for them: ``'zeros'`` for their inputs,
            ``'mean'``, their mean features over the training set (kept in the work
            folder), or ``'split'``, nothing: the other modalities' own scores decide.

    Examples:
        >>> custom_hooks = [dict(type='MissingModalityHook', names=['audio'])]
    """

    # After a hook that gives the model averaged weights.
    priority = 'LOWEST'

    def __init__(self, names: Sequence[str], strategy: str = 'zeros') -> None:
        self.names = tuple(names)
        self.strategy = strategy

    def before_test_epoch(self, runner: Runner) -> None:
        """Prepare the stand-ins.

        Raises:
            ValueError: If the model has no such modality, or no other.
        """
        # Here, since the data sets' package is not there yet when hooks are imported.
        from ...utils.missing.names import missing_names
        from ...utils.missing.stand_ins import without

        names = missing_names(runner.cfg, self.names)
        model: Any = unwrap(runner.model)
        store = Path(runner.work_dir) / 'missing_means.pth'
        model.missing = without(model, runner.cfg, names, self.strategy, store)

    def after_test_epoch(self, runner: Runner, metrics: dict | None = None) -> None:
        """Give the model its modalities back."""
        model: Any = unwrap(runner.model)
        model.missing = None
