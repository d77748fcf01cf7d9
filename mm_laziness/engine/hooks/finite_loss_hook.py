"""Stop a run whose loss is no number any more."""

import math
from typing import Any

import torch
from mmaction.registry import HOOKS
from mmengine.hooks import Hook
from mmengine.runner import Runner

_ADVICE = (
    'lower the learning rate, clip gradients with optim_wrapper=dict('
    'clip_grad=dict(max_norm=40)), or, with mixed precision, train in float32 or '
    'bfloat16; where a distillation loss was large from the beginning, test its '
    'teacher; then resume from the last checkpoint, if there is one'
)


@HOOKS.register_module()
class FiniteLossHook(Hook):
    """Stop at the first NaN or infinite loss, before a checkpoint is made of it.

    Reads what MMEngine's ``RuntimeInfoHook`` has just logged, so that no step waits
    for the device once more. A checkpoint whose parameters are not finite (the loss
    was, the last gradient was not) is refused as well.

    Examples:
        >>> custom_hooks = [dict(type='FiniteLossHook')]
    """

    # After RuntimeInfoHook (VERY_HIGH), before those that average, log or save.
    priority = 'HIGH'

    def after_train_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: Any = None,
        outputs: dict | None = None,
    ) -> None:
        """Look at the losses of this iteration.

        Raises:
            FloatingPointError: If one is not finite.
        """
        logged = runner.message_hub.log_scalars
        broken = {}
        for name in outputs or {}:
            if 'loss' in name and f'train/{name}' in logged:
                value = logged[f'train/{name}'].current()
                if not math.isfinite(value):
                    broken[name] = value
        if broken:
            # 'loss' is the sum; it says nothing that its terms do not say better.
            terms = {k: v for k, v in broken.items() if k != 'loss'} or broken
            found = ', '.join(f'{name} = {value}' for name, value in terms.items())
            raise FloatingPointError(
                f'the loss is not finite in iteration {runner.iter + 1} (epoch '
                f'{runner.epoch + 1}): {found}. To go on: {_ADVICE}'
            )

    def before_save_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Look at the parameters, which lie on the CPU by now.

        Raises:
            FloatingPointError: If one is not finite.
        """
        model = getattr(runner.model, 'module', runner.model)
        trained = {name for name, _ in model.named_parameters()}
        for name, value in checkpoint['state_dict'].items():
            if name in trained and not torch.isfinite(value).all():
                raise FloatingPointError(
                    f'parameter {name} is not finite after iteration {runner.iter + 1}'
                    f' (epoch {runner.epoch + 1}), so that no checkpoint is written. '
                    f'To go on: {_ADVICE}'
                )
