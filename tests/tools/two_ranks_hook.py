"""What a process of several held in the end; imported by a config's custom_imports."""

from pathlib import Path

import torch
from mmaction.registry import HOOKS
from mmengine.dist import get_rank
from mmengine.hooks import Hook


@HOOKS.register_module()
class SaveRankStates(Hook):
    """Save the states of model and teachers after training, for each process."""

    priority = 'LOWEST'

    def after_train(self, runner):
        model = runner.model.module
        teachers = getattr(model, 'teachers', {})
        states = dict(
            model=model.state_dict(),
            teachers={m: frozen.wrapped.state_dict() for m, frozen in teachers.items()},
        )
        torch.save(states, Path(runner.work_dir) / f'rank{get_rank()}.pth')
