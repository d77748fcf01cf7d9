"""The one moment of DI-MML that is not a loss: the separation of dimensions."""

from typing import Any

import torch
from mmaction.registry import HOOKS
from mmengine.dataset import DefaultSampler
from mmengine.dist import all_reduce
from mmengine.hooks import Hook
from mmengine.runner import Runner
from torch import Tensor
from torch.utils.data import DataLoader

from ...evaluation.functional import separate_dimensions
from ...models.heads import DIMMLHead
from ...utils.probing.features import extract_features
from ...utils.random import sample_random_state
from ...utils.runs import modes_kept, unwrap

# An index that no sample has.
_NO_SAMPLE = -1


@HOOKS.register_module()
class DIMMLHook(Hook):
    """Let modalities teach each other from some epoch on (Fan et al., ACM MM 2024).

    At the start of that epoch all training samples pass the encoders once, in eval
    mode and with their augmentation of that epoch, and the head is told which
    dimensions are effective. This happens once: the head keeps them in the checkpoint,
    so that a resumed run goes on with the same. Random numbers and statistics of norm
    layers stay as they are.

    Args:
        interaction_epoch (int): 0-based. Defaults to 20, of 150 in the official code.

    Examples:
        >>> custom_hooks = [dict(type='DIMMLHook', interaction_epoch=20)]
    """

    def __init__(self, interaction_epoch: int = 20) -> None:
        self.interaction_epoch = interaction_epoch

    def before_train(self, runner: Runner) -> None:
        """Check the run; not in ``before_run``, which a test calls as well.

        Raises:
            ValueError: If the head is not of stage 1, the run ends before the
                interaction begins, or processes would get unequal batches.
        """
        head = getattr(unwrap(runner.model), 'cls_head', None)
        if not isinstance(head, DIMMLHead) or head.stage != 1:
            stage = f' of stage {head.stage}' if isinstance(head, DIMMLHead) else ''
            raise ValueError(
                f'DIMMLHook needs a DIMMLHead of stage 1, but got {type(head).__name__}'
                f'{stage}; set custom_hooks=[], or model.cls_head of type DIMMLHead'
            )
        if not 0 <= self.interaction_epoch < runner.max_epochs:
            raise ValueError(
                f'interaction_epoch = {self.interaction_epoch} of DIMMLHook is not in '
                f'[0, {runner.max_epochs}), the epochs of this run, so that modalities '
                'would never interact; set interaction_epoch or max_epochs'
            )
        _check_shares(runner.train_dataloader)
        # Those of a model that was given by load_from are of another run.
        if not runner._resume:
            head.dimensions.forget()

    def before_train_epoch(self, runner: Runner) -> None:
        """Separate the dimensions, unless a resumed run has done so."""
        model = unwrap(runner.model)
        if runner.epoch < self.interaction_epoch or model.cls_head.interacting:
            return
        loader = _each_sample_once(runner.train_dataloader)
        # Data sets that do not seed each sample draw from the global generators.
        random = sample_random_state(runner.seed, runner.epoch, _NO_SAMPLE)
        with modes_kept(model), random:
            data = extract_features(model, loader, 'separation of dimensions')
        dimensions = separate_dimensions(
            data['feats'], data['labels'], model.cls_head.num_classes, all_reduce
        )
        model.cls_head.set_dimensions(dimensions)
        _report(runner, dimensions, model.cls_head.in_channels)


def _check_shares(loader: DataLoader) -> None:
    """Refuse batches that DUCLoss could not gather: processes would wait for ever."""
    dataset: Any = loader.dataset
    shares = getattr(loader.sampler, 'world_size', 1)
    if not getattr(loader.sampler, 'round_up', True) and len(dataset) % shares:
        raise ValueError(
            f'{len(dataset)} samples give {shares} processes unequal batches, '
            'but modalities interact over all of them; set '
            'train_dataloader.sampler.round_up=True'
        )


def _each_sample_once(loader: DataLoader) -> DataLoader:
    """A loader of the same data for all processes together; it draws nothing."""
    sampler = DefaultSampler(loader.dataset, shuffle=False, seed=0, round_up=False)
    return DataLoader(
        loader.dataset,
        batch_size=loader.batch_size or getattr(loader.batch_sampler, 'batch_size', 1),
        sampler=sampler,
        num_workers=loader.num_workers,
        collate_fn=loader.collate_fn,
        pin_memory=loader.pin_memory,
        worker_init_fn=loader.worker_init_fn,
        multiprocessing_context=loader.multiprocessing_context,
        # Without one of its own an iterator draws from the model's.
        generator=torch.Generator(),
    )


def _report(runner: Runner, dimensions: dict[str, Tensor], widths: dict) -> None:
    effective = {name: set(found.tolist()) for name, found in dimensions.items()}
    lines = [f'Epoch {runner.epoch + 1}: modalities interact from now on.']
    for p, own in effective.items():
        taught = {q: len(own - known) for q, known in effective.items() if q != p}
        shares = ', '.join(f'{count} to {q}' for q, count in taught.items())
        lines.append(f'  {p}: {len(own)} of {widths[p]} effective; teaches {shares}')
        if not any(taught.values()):
            runner.logger.warning(
                f'{p} teaches nobody: no dimension is effective in it and not in the '
                'others. Is its encoder trained by interaction_epoch?'
            )
    runner.logger.info('\n'.join(lines))
