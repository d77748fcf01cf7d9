"""Two processes separate the dimensions as one does."""

import torch
from mmengine.model import MMDistributedDataParallel
from tinydimml import model, run
from tworanks import on_two_ranks


def masks(head):
    return {name: mask.tolist() for name, mask in head.dimensions.masks().items()}


def _rank(rank, toy, folder):
    wrapped = MMDistributedDataParallel(model(), device_ids=None)
    # As in our configs; it averages all buffers at the end of an epoch.
    hooks = dict(sync_buffers=dict(type='SyncBuffersHook'))
    runner = run(
        toy,
        folder,
        interaction=0,
        model=wrapped,
        default_hooks=hooks,
        train_cfg=dict(by_epoch=True, max_epochs=2),
        randomness=dict(seed=3, diff_rank_seed=True),
    )
    head = runner.model.module.cls_head
    weights = torch.cat([p.detach().ravel() for p in wrapped.parameters()])
    return masks(head), head.interacting, weights.tolist()


def test_two_gloo_ranks(toy, tmp_path):
    found = on_two_ranks(_rank, toy, tmp_path / 'two')
    assert found[0] == found[1]
    one = run(toy, tmp_path / 'one', interaction=0, stop_after=1)
    dimensions, interacting, _ = found[0]
    assert dimensions == masks(one.model.cls_head)
    assert any(any(mask) for mask in dimensions.values())
    assert interacting
