"""Re-balancing of MMTM models, guided by learning speeds or at random."""

import random
from typing import Any

import torch
from mmaction.registry import HOOKS
from mmengine.hooks import Hook
from mmengine.runner import Runner
from torch import Tensor
from torch.utils.hooks import RemovableHandle

from mm_laziness.utils.random import derive_seed
from mm_laziness.utils.runs import shared_seed, unwrap

from .learning_speed import conditional_speeds, relative_gradients, speed_groups
from .rebalancing_checks import check_rebalancing
from .switching import REGULAR, guided_next, random_next

STRATEGIES = ('guided', 'random', 'measure')


@HOOKS.register_module()
class RebalancingHook(Hook):
    """Let the encoder that is left behind learn without the other modalities' signal.

    Before each optimizer step the conditional learning speeds are measured (on regular
    steps), and the mode of the forwards until the next step is set: regular, or one
    modality re-balanced, whose gates are then replaced by their running average.

    * ``'guided'``: the modality that leads by more than ``epsilon`` is re-balanced for
      ``window`` steps, see :func:`.switching.guided_next`.
    * ``'random'``: in each step one of the M + 1 modes is drawn from (seed, iteration).
    * ``'measure'``: all steps are regular (vanilla MMTM); speeds are only logged.

    Source: Wu et al., ICML 2022, and its official code. Deviations: evaluation is never
    re-balanced (there a pending window acts on it); any number of modalities; with
    gradient accumulation a step is a step of the optimizer; random draws do not depend
    on what else draws. All state is in the model's buffers, thus in its checkpoints.
    Clipping comes before, and changes how much a step counts; so does a hook that
    changes gradients, such as OGMGEHook, if it is listed before this one.

    The log shows ``speed_<m>`` (log10, over all regular steps so far) and
    ``rebalanced_<m>`` (0 or 1, in this step's forward).

    Args:
        strategy (str): ``'guided'``, ``'random'`` or ``'measure'``.
        epsilon (float): Threshold of guided re-balancing, at least 0. Defaults to 0.01.
        window (int): Steps that it lasts, at least 1. Defaults to 5.
        begin (int): First re-balanced epoch, 0-based. Defaults to 1: the first epoch
            is measured only.

    Raises:
        ValueError: If the strategy is unknown, or a number is out of its range.

    Examples:
        >>> custom_hooks = [dict(type='RebalancingHook', strategy='guided')]
    """

    # Before RuntimeInfoHook (VERY_HIGH) logs the outputs.
    priority = 'HIGHEST'

    def __init__(
        self,
        strategy: str = 'guided',
        epsilon: float = 0.01,
        window: int = 5,
        begin: int = 1,
    ) -> None:
        if strategy not in STRATEGIES:
            raise ValueError(f'strategy is {strategy!r}; set one of {STRATEGIES}')
        if not isinstance(epsilon, int | float) or not epsilon >= 0:
            raise ValueError(f'epsilon is {epsilon!r}; set epsilon >= 0, e.g. 0.01')
        if not isinstance(window, int | float) or not window >= 1 or window % 1:
            raise ValueError(
                f'window is {window!r}; set a whole number of steps >= 1, e.g. 5'
            )
        if not isinstance(begin, int | float) or not begin >= 0:
            raise ValueError(f'begin is {begin!r}; set begin >= 0 (0-based epochs)')
        self.strategy, self.begin = strategy, begin
        self.epsilon, self.window = epsilon, int(window)
        self._handles: list[RemovableHandle] = []
        # Other loops call the model's train_step, too, to estimate something.
        self._armed = self._switching = False
        self._log: dict[str, Tensor] = {}

    def before_run(self, runner: Runner) -> None:
        """Check what must be there, before weights are drawn or loaded.

        Raises:
            ValueError: If this model, optimizer or loop cannot be re-balanced.
        """
        # Validation and testing come here as well, without an optimizer.
        if runner.optim_wrapper is None or isinstance(runner.optim_wrapper, dict):
            return
        check_rebalancing(runner, 0 if self.strategy == 'measure' else self.begin)

    def before_train(self, runner: Runner) -> None:
        """Measure and switch right before each optimizer step.

        MMEngine has no hook point between backward and step; PyTorch's own step
        pre-hook sees gradients that are reduced, unscaled and clipped, and weights
        that are not updated yet.
        """
        self._remove_handles()
        model = unwrap(runner.model)
        self.state, self.groups = model.rebalancing, speed_groups(model)
        # What was given by load_from was learned in another run.
        if not runner._resume:
            self.state.reset()
            for unit in model.units:
                unit.average_gates.zero_()
                unit.forwards.zero_()
        elif self.strategy == 'measure' or runner.epoch < self.begin:
            self.state.mode.fill_(REGULAR)
            self.state.steps_left.zero_()
        self.seed = shared_seed(runner)
        optimizer = runner.optim_wrapper.optimizer
        self._handles = [optimizer.register_step_pre_hook(self._step)]

    def before_train_iter(
        self, runner: Runner, batch_idx: int, data_batch: Any = None
    ) -> None:
        """Arm; switch modes from the epoch ``begin`` on."""
        self._armed, self._iter = True, runner.iter
        self.state.active = True
        self._switching = runner.epoch >= self.begin

    def after_train_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: Any = None,
        outputs: dict | None = None,
    ) -> None:
        """Disarm, and let MMEngine log this step's speeds and mode."""
        self._armed = self.state.active = False
        if isinstance(outputs, dict):
            outputs.update(self._log)
        self._log = {}

    def after_train(self, runner: Runner) -> None:
        """Leave the optimizer as it was."""
        self._remove_handles()

    def _remove_handles(self) -> None:
        for handle in self._handles:
            handle.remove()
        self._handles = []

    @torch.no_grad()
    def _step(self, optimizer: Any, *_: Any) -> None:
        """Measure, then decide about the next forwards, alike on every rank."""
        if not self._armed:
            return
        state, groups = self.state, self.groups
        # All on the device: the host must not wait to know whether it is regular.
        regular = state.mode == REGULAR
        # A fused optimizer unscales gradients itself, and itself skips infinite ones.
        scale = getattr(optimizer, 'grad_scale', None)
        infinite = getattr(optimizer, 'found_inf', None)
        taken = torch.ones_like(regular) if infinite is None else infinite == 0
        for sums, parameters in (
            (state.fusion_speed, groups.fusion),
            (state.branch_speed, groups.branch),
        ):
            ratios = relative_gradients(parameters, sums)
            if scale is not None:
                ratios = ratios / scale.square()
            sums += torch.where(taken & regular, ratios, 0.0)
        speeds = conditional_speeds(state.fusion_speed, state.branch_speed)
        for index, name in enumerate(groups.branch):
            self._log[f'speed_{name}'] = speeds[index]
            self._log[f'rebalanced_{name}'] = (state.mode == index).float()
        if not self._switching:
            return
        if self.strategy == 'guided':
            mode, left = guided_next(
                state.mode, state.steps_left, speeds, self.epsilon, self.window
            )
            state.mode.copy_(torch.where(taken, mode, state.mode))
            state.steps_left.copy_(torch.where(taken, left, state.steps_left))
        elif self.strategy == 'random':
            generator = random.Random(derive_seed(self.seed, self._iter))
            drawn = random_next(generator, len(groups.branch))
            state.mode.copy_(torch.where(taken, drawn, state.mode))
