from itertools import islice

import torch
from tinysynthetic import tiny_cfg, tiny_sets

from projects.synthetic_features.generator import SyntheticSet
from projects.synthetic_features.methods.descent import batches, descend


def test_every_sample_once_an_epoch_in_a_new_order():
    data = SyntheticSet(
        dict(a=torch.arange(10.0)[:, None], b=-torch.arange(10.0)[:, None]),
        torch.arange(10),
        10,
    )
    drawn = list(islice(batches(data, 4, seed=0), 6))
    assert [len(labels) for _, labels in drawn] == [4, 4, 2] * 2
    for inputs, labels in drawn:
        assert torch.equal(inputs['a'][:, 0], labels.float())
        assert torch.equal(inputs['b'][:, 0], -labels.float())
    epochs = [torch.cat([y for _, y in drawn[i : i + 3]]) for i in (0, 3)]
    assert [sorted(e.tolist()) for e in epochs] == [list(range(10))] * 2
    assert not torch.equal(*epochs)
    again = next(batches(data, 4, seed=0))[1]
    assert torch.equal(drawn[0][1], again)
    assert not torch.equal(next(batches(data, 4, seed=1))[1], again)


def test_without_a_batch_size_it_is_the_paper_s_full_batch():
    train, _ = tiny_sets('A')
    weight = torch.zeros(12, requires_grad=True)

    def loss(inputs, labels):
        return ((inputs['first'] @ weight - labels) ** 2).mean()

    cfg = tiny_cfg(batch_size=None, epochs=1, lr=0.2)
    assert descend(loss, [weight], train, cfg, seed=0) == 1
    x, y = train.inputs['first'], train.labels.float()
    torch.testing.assert_close(weight.detach(), 0.2 * 2 * (x * y[:, None]).mean(0))


def test_epochs_batches_and_the_end():
    train, _ = tiny_sets('A')  # 240 samples
    weight = torch.full((1,), 10.0, requires_grad=True)
    seen = []

    def run(loss=lambda x, y: weight.sum(), **changes):
        epochs = changes.pop('times', None)
        cfg = tiny_cfg(batch_size=100, epochs=2, **changes)
        return descend(loss, [weight], train, cfg, 0, epochs, seen.append)

    assert run() == 6 and seen == [0, 1, 2, 3, 4, 5]
    weight.data.fill_(10.0)
    assert run(times=3) == 9
    # From 1, by 0.2 a step.
    weight.data.fill_(1.0)
    assert run(loss=lambda x, y: weight.sum(), stop_below=0.5) == 3
