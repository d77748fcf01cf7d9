"""Mean squeezes of MMTM units over a data set."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial

import torch
from mmengine.dist import all_reduce
from torch import Tensor

from .mmtm import MMTM

Means = list[dict[str, Tensor]]


@contextmanager
def record_squeezes(units: Sequence[MMTM]) -> Iterator[Means]:
    """Average what all units squeeze, over all forwards in this block and processes.

    The exchange between modalities is switched off with these averages over the
    training set, to measure conditional utilization (Wu et al., ICML 2022).

    Args:
        units (Sequence[MMTM]): In evaluation mode.

    Yields:
        list[dict[str, Tensor]]: Empty until the block ends; then, by unit and modality,
        mean squeezes (C_m,), each row of a forward counting alike.

    Raises:
        ValueError: If a unit trains, or nothing was seen.
    """
    if any(unit.training for unit in units):
        raise ValueError(
            'mean squeezes are recorded in evaluation; call model.eval() first'
        )
    means: Means = []
    sums = [_Sums(unit) for unit in units]
    handles = [
        unit.register_forward_pre_hook(partial(_see, held))
        for unit, held in zip(units, sums, strict=True)
    ]
    try:
        yield means
    finally:
        for handle in handles:
            handle.remove()
    means.extend(held.mean() for held in sums)


class _Sums:
    """A running mean on the unit's device: a sum over a large set would lose digits."""

    def __init__(self, unit: MMTM) -> None:
        self.channels = unit.in_channels
        self.running = torch.zeros_like(unit.average_gates)
        self.rows = 0

    def add(self, squeezes: dict[str, Tensor]) -> None:
        batch = torch.cat(list(squeezes.values()), dim=1).to(self.running.dtype)
        self.rows += len(batch)
        self.running += (batch.mean(0) - self.running) * (len(batch) / self.rows)

    def mean(self) -> dict[str, Tensor]:
        count = self.running.new_full((1,), self.rows)
        total = torch.cat([self.running * self.rows, count])
        all_reduce(total)
        if not total[-1]:
            raise ValueError(
                'no squeezes were recorded; run the model on the training set inside '
                'the block'
            )
        parts = (total[:-1] / total[-1]).split(list(self.channels.values()))
        return dict(zip(self.channels, parts, strict=True))


@torch.no_grad()
def _see(sums: _Sums, unit: MMTM, args: tuple) -> None:
    sums.add(unit.squeezes(args[0]))
