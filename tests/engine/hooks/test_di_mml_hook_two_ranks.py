"""Two processes separate the dimensions as one does."""

import multiprocessing
import socket
import time

import torch
import torch.distributed as dist
from mmengine.model import MMDistributedDataParallel
from tinydimml import model, run


def masks(head):
    return {name: mask.tolist() for name, mask in head.dimensions.masks().items()}


def _rank(toy, folder, rank, port, results):
    dist.init_process_group(
        'gloo', init_method=f'tcp://127.0.0.1:{port}', rank=rank, world_size=2
    )
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
    results.put((rank, masks(head), head.interacting, weights.tolist()))
    dist.barrier()
    dist.destroy_process_group()
    time.sleep(0.2)


def test_two_gloo_ranks(toy, tmp_path):
    with socket.socket() as free:
        free.bind(('127.0.0.1', 0))
        port = free.getsockname()[1]
    context = multiprocessing.get_context('fork')
    results = context.Queue()
    ranks = [
        context.Process(target=_rank, args=(toy, tmp_path / 'two', rank, port, results))
        for rank in range(2)
    ]
    for process in ranks:
        process.start()
    found = [results.get(timeout=60)[1:] for _ in ranks]
    for process in ranks:
        process.join()
    assert found[0] == found[1]
    one = run(toy, tmp_path / 'one', interaction=0, stop_after=1)
    dimensions, interacting, _ = found[0]
    assert dimensions == masks(one.model.cls_head)
    assert any(any(mask) for mask in dimensions.values())
    assert interacting
