"""Runners of methods that take steps on one batch of random data."""

import copy
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from methods import CLASSES, ENCODERS, METHODS, SOUNDS, WIDTHS
from mmaction.registry import DATASETS
from mmaction.structures import ActionDataSample
from mmengine.config import Config
from mmengine.runner import Runner

import mm_laziness  # noqa: F401  (mends the stack and registers all parts)
from mm_laziness.utils.cli import build_runner

_RUN = itertools.count()


@DATASETS.register_module()
class UnreadDataset(torch.utils.data.Dataset):
    """A loop needs a data set; steps get the batch of :class:`Bench`."""

    def __len__(self) -> int:
        return 1


class Bench:
    """Runners of all methods on one batch of random data.

    Args:
        encoders (str): Key of :data:`ENCODERS`.
        batch_size (int): Samples per step.
        picture (int): Side of the pictures, in pixels.
        folder (Path): For checkpoints and logs.
    """

    def __init__(
        self, encoders: str, batch_size: int, picture: int, folder: Path
    ) -> None:
        self.encoders, self.folder = encoders, folder
        rgb = (3, 3, picture, picture) if encoders == 'r18' else None
        shapes = dict(rgb=rgb or (1, 3, 8, picture, picture), audio=SOUNDS[encoders])
        torch.manual_seed(0)
        self.batch: dict[str, Any] = dict(
            inputs={
                name: [torch.randn(shape) for _ in range(batch_size)]
                for name, shape in shapes.items()
            },
            data_samples=[
                ActionDataSample().set_gt_label(index % CLASSES)
                for index in range(batch_size)
            ],
        )
        self.runners: dict[str, Runner] = {}
        self.joint = self._runner('joint')
        self.trained = str(folder / 'joint.pth')
        torch.save(dict(state_dict=self.joint.model.state_dict()), self.trained)

    def step(self, name: str) -> Callable[[], None]:
        """One training step, hooks included, as MMEngine's loop takes it."""
        runner = self.joint if name == 'joint' else self._runner(name)
        runner.model.train()
        return lambda: runner.train_loop.run_iter(0, self.batch)

    def part(self, name: str) -> Callable[[], None]:
        """A part of a step: ``'encoders_forward'`` or ``'noise'``."""
        model = self.joint.model
        if name == 'noise':
            kinds = (torch.nn.Conv2d, torch.nn.Conv3d)
            convs = [m for m in model.modules() if isinstance(m, kinds)]
            sizes = [conv.weight.shape for conv in convs]
            device = next(model.parameters()).device
            return lambda: [torch.randn(size, device=device) for size in sizes]

        @torch.no_grad()
        def forward() -> None:
            model.eval()
            data = model.data_preprocessor(self.batch, True)
            model.extract_feat(data['inputs'])
            model.train()

        return forward

    def _runner(self, name: str) -> Runner:
        method = METHODS[name]
        head = dict(
            type='LinearFusionHead',
            num_classes=CLASSES,
            in_channels=WIDTHS[self.encoders],
        )
        model = dict(
            type='LateFusionRecognizer',
            encoders=copy.deepcopy(ENCODERS[self.encoders]),
            cls_head=dict(head, **method.head),
        )
        model.update(self._with_checkpoint(method.model))
        cfg = dict(
            model=model,
            work_dir=str(self.folder / name),
            train_dataloader=dict(
                dataset=dict(type='UnreadDataset'),
                batch_size=1,
                sampler=dict(type='DefaultSampler'),
            ),
            train_cfg=dict(by_epoch=True, max_epochs=1),
            optim_wrapper=dict(optimizer=dict(type='SGD', lr=1e-3, momentum=0.9)),
            default_hooks=dict(logger=None, checkpoint=None),
            custom_hooks=copy.deepcopy(method.hooks),
            default_scope='mmaction',
            experiment_name=f'step_time_{next(_RUN)}',
            randomness=dict(seed=0),
            log_level='ERROR',
        )
        runner = build_runner(Config(cfg))
        # What Runner.train() and its loop do before the first step.
        runner._train_loop = runner.build_train_loop(runner._train_loop)
        runner.optim_wrapper = runner.build_optim_wrapper(runner.optim_wrapper)
        runner.optim_wrapper.initialize_count_status(runner.model, 0, 10**6)
        runner.call_hook('before_run')
        runner._init_model_weights()
        runner.call_hook('before_train')
        runner.call_hook('before_train_epoch')
        if name == 'di_mml':
            _interact(runner.model.cls_head)
        return runner

    def _with_checkpoint(self, settings: Any) -> Any:
        if isinstance(settings, dict):
            return {k: self._with_checkpoint(v) for k, v in settings.items()}
        return self.trained if settings == 'TRAINED' else settings


def _interact(head: Any) -> None:
    """Let each modality of DI-MML teach half of the dimensions."""
    widths = head.in_channels.items()
    sets = {m: torch.arange(i, width, 2) for i, (m, width) in enumerate(widths)}
    head.set_dimensions(sets)
