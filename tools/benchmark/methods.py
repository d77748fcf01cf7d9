"""The methods that ``step_time.py`` compares, on random data."""

import copy
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from mmaction.registry import DATASETS
from mmaction.structures import ActionDataSample
from mmengine.config import Config
from mmengine.runner import Runner

import mm_laziness  # noqa: F401  (mends the stack and registers all parts)
from mm_laziness.utils.cli import build_runner

CLASSES = 31
_BN = dict(type='BN', requires_grad=True)
ENCODERS = dict(
    r18=dict(
        rgb=dict(type='ResNet', depth=18, pretrained=None, norm_cfg=_BN),
        audio=dict(
            type='ResNet', depth=18, pretrained=None, norm_cfg=_BN, in_channels=1
        ),
    ),
    r50=dict(
        rgb=dict(
            type='ResNet3dSlowOnly',
            depth=50,
            pretrained=None,
            lateral=False,
            conv1_kernel=(1, 7, 7),
            conv1_stride_t=1,
            pool1_stride_t=1,
            inflate=(0, 0, 1, 1),
            norm_eval=False,
        ),
        audio=dict(type='ResNetAudio', depth=50, pretrained=None),
    ),
)
WIDTHS = dict(r18=dict(rgb=512, audio=512), r50=dict(rgb=2048, audio=1024))
# Spectrograms: of OGM-GE's CREMA-D, and of MMAction2.
SOUNDS = dict(r18=(1, 1, 257, 188), r50=(1, 1, 128, 80))
_RUN = itertools.count()


@dataclass
class Method:
    """How a method differs from joint training.

    Attributes:
        model (dict): Settings of the model; ``'TRAINED'`` stands for a checkpoint of
            the joint model.
        head (dict): Settings of the head.
        hooks (list): Custom hooks.
        floor (list[str]): What its step contains at least.
    """

    model: dict = field(default_factory=dict)
    head: dict = field(default_factory=dict)
    hooks: list = field(default_factory=list)
    floor: list[str] = field(default_factory=lambda: ['joint'])


_BOTH = dict(rgb='TRAINED', audio='TRAINED')
_OGM = dict(type='OGMGEHook', alpha=0.3, begin=0, end=1)
METHODS = dict(
    joint=Method(),
    mlp=Method(head=dict(type='MLPFusionHead')),
    attention=Method(head=dict(type='AttentionFusionHead')),
    modality_dropout=Method(head=dict(modality_dropout=0.5)),
    aux_ce=Method(head=dict(unimodal_loss_weights=1.0)),
    ogm=Method(hooks=[dict(_OGM, noise=False)]),
    ogm_ge=Method(hooks=[_OGM], floor=['joint', 'noise']),
    umt=Method(
        model=dict(type='UMTRecognizer', teachers=_BOTH),
        floor=['joint', 'encoders_forward'],
    ),
    self_distill_labels=Method(
        model=dict(type='LabelDistillationRecognizer', teacher='TRAINED'),
        floor=['joint', 'encoders_forward'],
    ),
    di_mml=Method(head=dict(type='DIMMLHead')),
    mm_clf=Method(
        model=dict(frozen_encoders=True, encoder_checkpoints=_BOTH),
        floor=['encoders_forward'],
    ),
)


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
            convs = [m for m in model.modules() if isinstance(m, torch.nn.Conv2d)]
            convs += [m for m in model.modules() if isinstance(m, torch.nn.Conv3d)]
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
        return runner

    def _with_checkpoint(self, settings: Any) -> Any:
        if isinstance(settings, dict):
            return {k: self._with_checkpoint(v) for k, v in settings.items()}
        return self.trained if settings == 'TRAINED' else settings
