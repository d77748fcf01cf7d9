"""Masks that live in the checkpoint, and what the host knows of them."""

import torch
from mmengine.runner.checkpoint import load_state_dict

from mm_laziness.models.utils import EffectiveDimensions

WIDTHS = dict(rgb=5, audio=5, flow=5)
SETS = dict(
    rgb=torch.tensor([0, 1, 4]),
    audio=torch.tensor([1, 2, 4]),
    flow=torch.tensor([4]),
)


def indices(dimensions):
    return {m: found.tolist() for m, found in dimensions.indices.items()}


def test_unknown_until_set():
    dimensions = EffectiveDimensions(WIDTHS)
    assert not dimensions.known and not dimensions.indices
    masks = dimensions.masks()
    dimensions.set(SETS)
    assert dimensions.known and dimensions.separated
    # In the same tensors.
    assert masks['audio'].tolist() == [False, True, True, False, True]
    assert indices(dimensions) == dict(rgb=[0, 1, 4], audio=[1, 2, 4], flow=[4])


def test_set_again_forgets_the_former():
    dimensions = EffectiveDimensions(WIDTHS)
    dimensions.set(SETS)
    dimensions.set(dict(SETS, flow=torch.tensor([3]), rgb=torch.tensor([2])))
    assert indices(dimensions) == dict(rgb=[2], audio=[1, 2, 4], flow=[3])


def test_forgotten():
    dimensions = EffectiveDimensions(WIDTHS)
    dimensions.set(SETS)
    dimensions.forget()
    assert not dimensions.known and not dimensions.separated


def test_mmengines_way_of_loading_tells_the_host():
    given, dimensions = EffectiveDimensions(WIDTHS), EffectiveDimensions(WIDTHS)
    given.set(SETS)
    load_state_dict(dimensions, given.state_dict())
    assert dimensions.known
    assert indices(dimensions) == indices(given)
