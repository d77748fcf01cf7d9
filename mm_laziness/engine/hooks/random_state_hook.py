"""Random numbers that a resumed run draws exactly as an uninterrupted one."""

from typing import Any

import torch
from mmaction.registry import HOOKS
from mmengine.dist import get_rank
from mmengine.hooks import Hook
from mmengine.runner import Runner

from ...utils.random import seed_everything_from
from ...utils.runs import shared_seed
from .repeated_draws import RepeatedDraws, mark_turns

# Sets the stream of an epoch's start apart from that of its first iteration.
_EPOCH_START = 1


@HOOKS.register_module()
class RandomStateHook(Hook):
    """Derive every random number of training from (seed, epoch, index) or (.., iter).

    Stock MMEngine repeats the same augmentation in each epoch with workers that are
    not persistent, and saves no random states, so that a resumed run differs. With
    this hook each sample's augmentation derives from (seed, epoch, index), whichever
    worker loads it, and the model's noise from (seed, rank, iteration): a resumed run
    equals the uninterrupted one bit for bit on the CPU, for the same world size, batch
    size and threads; the number of workers may change.

    The data set's part is an attribute ``random_state``; see
    :class:`~mm_laziness.datasets.MultiModalDataset`.

    Examples:
        >>> custom_hooks = [dict(type='RandomStateHook')]
    """

    # Before all hooks that draw random numbers or iterate the data themselves.
    priority = 'VERY_HIGH'

    def before_train(self, runner: Runner) -> None:
        """Hand the random state to the data sets: resumed, and before any worker."""
        self.seed, self.rank = shared_seed(runner), get_rank()
        self.state = torch.tensor([self.seed, runner.epoch]).share_memory_()

        loader = runner.train_dataloader
        repeats = _hand_to_leaves(loader.dataset, self.state, runner)
        # Without a generator of its own each new iterator draws from the model's.
        loader.generator = torch.Generator()
        samplers = _samplers(loader)
        for sampler in samplers:
            if hasattr(sampler, 'seed'):
                sampler.seed = self.seed

        loop = runner.train_loop
        endless = hasattr(loop, 'dataloader_iterator')
        if repeats or endless:
            loader.dataset.__getitems__ = RepeatedDraws(loader.dataset)
        if endless:
            for sampler in samplers:
                mark_turns(sampler, self.state)
            # The loop started its workers when it was built: too early for them to
            # know their random state, so that new ones take their place.
            loader._iterator = None
            loop.dataloader_iterator = type(loop.dataloader_iterator)(loader)

    def before_train_epoch(self, runner: Runner) -> None:
        """Tell the workers the epoch."""
        self.state[1] = runner.epoch
        # For whatever is drawn before the first iteration.
        seed_everything_from(self.seed, self.rank, runner.iter, _EPOCH_START)

    def before_train_iter(
        self, runner: Runner, batch_idx: int, data_batch: Any = None
    ) -> None:
        """Seed the model's noise."""
        seed_everything_from(self.seed, self.rank, runner.iter)


def _samplers(loader: Any) -> list[Any]:
    """The loader's sampler; with a batch sampler of its own the one inside that."""
    inner = getattr(loader.batch_sampler, 'sampler', loader.sampler)
    return [loader.sampler] if inner is loader.sampler else [loader.sampler, inner]


def _hand_to_leaves(dataset: Any, state: torch.Tensor, runner: Runner) -> bool:
    """Set ``random_state`` on the innermost data sets; tell if there are wrappers."""
    # `vars`, because MMEngine's slices forward unknown attributes to what they wrap.
    inside = vars(dataset)
    inner = [inside[key] for key in ('dataset', '_dataset') if key in inside]
    inner += inside.get('datasets', [])
    for part in inner:
        _hand_to_leaves(part, state, runner)
    if not inner and hasattr(dataset, 'random_state'):
        dataset.random_state = state
    elif not inner:
        runner.logger.warning(
            f'{type(dataset).__name__} has no attribute random_state, so its '
            'augmentation repeats in each epoch or differs after a resume; use '
            'MultiModalDataset, or seed each sample as its __getitem__ does'
        )
    return bool(inner)
