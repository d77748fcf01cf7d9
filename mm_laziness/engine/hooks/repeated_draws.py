"""Samples that an epoch draws several times, each time with new augmentation."""

from collections.abc import Iterator
from typing import Any

import torch
from mmengine.dataset import InfiniteSampler

from ...utils.random import drawn_as


class Turn(int):
    """An index that knows in which turn over the data, 0-based, it was drawn.

    In an endless stream only the sampler knows: workers load ahead of the loop.
    """

    turn: int = 0

    @classmethod
    def of(cls, index: int, turn: int) -> 'Turn':
        """Mark ``index``."""
        marked = cls(index)
        marked.turn = turn
        return marked


class RepeatedDraws:
    """A ``__getitems__`` (PyTorch's batched access) that tells draws apart.

    The random state of each sample then depends on its outermost index and turn as
    well, which wrappers such as ``RepeatDataset`` do not pass on.

    Args:
        dataset (Dataset): The outermost data set.
    """

    def __init__(self, dataset: Any) -> None:
        self.dataset = dataset

    def __call__(self, indices: list[int]) -> list[Any]:
        """Load the samples of one batch."""
        samples = []
        for index in indices:
            with drawn_as(int(index), getattr(index, 'turn', 0)):
                samples.append(self.dataset[int(index)])
        return samples


def mark_turns(sampler: Any, state: torch.Tensor) -> None:
    """Prepare a sampler of an iteration-based loop.

    Args:
        sampler (Sampler): An endless sampler starts anew, with marked indices. A
            finite one is restarted by the loop and tells its turn then.
        state (Tensor): ``[seed, epoch]``, shared with the workers.
    """
    if isinstance(sampler, InfiniteSampler):
        sampler.indices = _marked(sampler)
    elif hasattr(sampler, 'set_epoch'):
        set_epoch = sampler.set_epoch

        def set_and_share(epoch: int) -> None:
            # The loop has used up all batches of the last turn by now.
            state[1] = epoch
            set_epoch(epoch)

        sampler.set_epoch = set_and_share


def _marked(sampler: InfiniteSampler) -> Iterator[Turn]:
    for position, index in enumerate(sampler._indices_of_rank()):
        total = position * sampler.world_size + sampler.rank
        yield Turn.of(index, total // sampler.size)
