"""Two processes give what one gives on the whole batch."""

import multiprocessing
import socket
import time

import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel

from mm_laziness.models.losses import DUCLoss

NAMES = ('rgb', 'audio', 'flow')
SETS = dict(
    rgb=torch.tensor([0, 1, 4]),
    audio=torch.tensor([1, 2, 4]),
    flow=torch.tensor([3, 4]),
)


class Encoders(nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.layers = nn.ModuleDict({m: nn.Linear(3, 5) for m in NAMES})

    def forward(self, inputs):
        feats = {m: layer(inputs[m]) for m, layer in self.layers.items()}
        return DUCLoss(2.0)(feats, SETS)


def inputs(rows):
    generator = torch.Generator().manual_seed(1)
    whole = {m: torch.randn(8, 3, generator=generator) for m in NAMES}
    return {m: values[rows] for m, values in whole.items()}


def step(model, rows):
    loss = model(inputs(rows))
    loss.backward()
    return loss.item(), [p.grad.tolist() for p in model.parameters()]


def _rank(rank, port, results):
    torch.set_num_threads(1)
    dist.init_process_group(
        'gloo', init_method=f'tcp://127.0.0.1:{port}', rank=rank, world_size=2
    )
    model = DistributedDataParallel(Encoders())
    results.put((rank, *step(model, slice(4 * rank, 4 * rank + 4))))
    dist.barrier()
    dist.destroy_process_group()
    time.sleep(0.2)


def test_average_of_two_processes_is_the_loss_of_the_whole_batch():
    with socket.socket() as free:
        free.bind(('127.0.0.1', 0))
        port = free.getsockname()[1]
    context = multiprocessing.get_context('fork')
    results = context.Queue()
    ranks = [
        context.Process(target=_rank, args=(rank, port, results)) for rank in range(2)
    ]
    for process in ranks:
        process.start()
    found = sorted(results.get(timeout=60) for _ in ranks)
    for process in ranks:
        process.join()
    loss, gradients = step(Encoders(), slice(None))
    assert found[0][1] != found[1][1]
    average = torch.tensor((found[0][1] + found[1][1]) / 2)
    torch.testing.assert_close(average, torch.tensor(loss))
    for _, _, own in found:
        for mine, expected in zip(own, gradients, strict=True):
            torch.testing.assert_close(torch.tensor(mine), torch.tensor(expected))
    assert any(torch.tensor(gradient).any() for gradient in gradients)
