"""What hooks and loops ask a run."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from mmengine.dist import broadcast_object_list
from mmengine.model import is_model_wrapper
from mmengine.runner import Runner
from torch import nn


def unwrap(model: nn.Module) -> Any:
    """The model inside a wrapper such as DDP, or the model itself."""
    return model.module if is_model_wrapper(model) else model


def shared_seed(runner: Runner) -> int:
    """The seed of rank 0, on every rank.

    With ``diff_rank_seed`` the runners' seeds differ, but the ranks must agree on the
    order of samples, and on any noise that is added after gradients are reduced.
    """
    seeds = [runner.seed]
    broadcast_object_list(seeds)
    return seeds[0]


@contextmanager
def modes_kept(model: nn.Module) -> Iterator[None]:
    """Put train and eval mode of every module back."""
    modes = [(module, module.training) for module in model.modules()]
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training
