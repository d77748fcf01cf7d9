"""Two processes give what one gives on the whole batch."""

import torch
from torch import nn
from torch.nn.parallel import DistributedDataParallel
from tworanks import on_two_ranks

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


def _rank(rank):
    torch.set_num_threads(1)
    model = DistributedDataParallel(Encoders())
    return step(model, slice(4 * rank, 4 * rank + 4))


def test_average_of_two_processes_is_the_loss_of_the_whole_batch():
    found = on_two_ranks(_rank)
    loss, gradients = step(Encoders(), slice(None))
    assert found[0][0] != found[1][0]
    average = torch.tensor((found[0][0] + found[1][0]) / 2)
    torch.testing.assert_close(average, torch.tensor(loss))
    for _, own in found:
        for mine, expected in zip(own, gradients, strict=True):
            torch.testing.assert_close(torch.tensor(mine), torch.tensor(expected))
    assert any(torch.tensor(gradient).any() for gradient in gradients)
