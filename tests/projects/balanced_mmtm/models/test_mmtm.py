"""The unit: averages, re-balancing, precision, two processes."""

import math

import pytest
import torch
from tinyunits import only
from tworanks import on_two_ranks

from projects.balanced_mmtm.models import MMTM


def close(found, expected):
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-6)


def unit_of(channels, seed=0, **kwargs):
    torch.manual_seed(seed)
    return MMTM(channels, **kwargs)


def maps_of(channels, samples=3, seed=0):
    """Maps of rank 3, 4, 5, in turn."""
    generator = torch.Generator().manual_seed(seed)
    return {
        name: torch.randn(samples, count, *(2,) * (1 + i % 3), generator=generator)
        for i, (name, count) in enumerate(channels.items())
    }


def test_value_by_hand():
    unit = MMTM(dict(a=1, b=1), ratio=4)
    for param in unit.parameters():
        param.data.fill_(1.0)
    maps = dict(a=torch.tensor([[[1.0, 3.0]]]), b=torch.tensor([[[-4.0, 0.0]]]))
    # Squeezes 2 and -2, joint layer relu(2 - 2 + 1), gates sigmoid(1 + 1).
    gate = 1 / (1 + math.exp(-2))
    close(unit(maps), {m: gate * value for m, value in maps.items()})
    # Of the mean -3 of the other's squeezes: relu(2 - 3 + 1), then sigmoid(0 + 1). They
    # may come in another precision.
    means = dict(a=torch.ones(1), b=torch.tensor([-3.0], dtype=torch.float64))
    off = unit(maps, mean_squeezes=means)
    close(off['a'], maps['a'] / (1 + math.exp(-1)))
    # Such gates are none of training.
    assert unit.forwards == 1


@pytest.mark.parametrize('index', [0, 1, 2])
def test_three_modalities_of_unequal_widths(index):
    channels = dict(a=3, b=5, c=2)
    unit = unit_of(channels)
    assert unit.squeeze.out_features == 5
    regular = unit(maps_of(channels))
    maps = {m: value.requires_grad_() for m, value in maps_of(channels, seed=1).items()}
    outs = unit(maps, only(index, 3))
    name = list(channels)[index]
    gate = unit.mean_gates[name].reshape(1, -1, *[1] * (maps[name].ndim - 2))
    close(outs[name], maps[name] * gate)
    assert all(outs[m].shape == regular[m].shape for m in channels)
    outs[name].sum().backward()
    # No signal from the others, and none to them.
    assert [m for m in channels if maps[m].grad is not None and maps[m].grad.any()] == [
        name
    ]


def test_average_is_that_of_all_training_forwards():
    channels = dict(a=3, b=2)
    unit = unit_of(channels)
    gates = []
    for seed in range(4):
        maps = maps_of(channels, seed=seed)
        gates.append(unit.open_gates(unit.squeezes(maps))['b'].mean(0))
        # A re-balancing forward counts as any other.
        unit(maps, only(seed - 2))
    close(unit.mean_gates['b'], torch.stack(gates).mean(0).detach())
    assert unit.forwards == 4 and not unit.average_gates.requires_grad


def test_evaluation_changes_nothing_and_does_not_rebalance():
    channels = dict(a=3, b=2)
    unit = unit_of(channels)
    unit(maps_of(channels))
    before = {key: value.clone() for key, value in unit.state_dict().items()}
    unit.eval()
    maps = maps_of(channels, seed=1)
    outs = unit(maps, only(1))
    assert all(torch.equal(unit.state_dict()[key], before[key]) for key in before)
    close(outs, unit(maps))


def test_state_is_in_the_checkpoint(tmp_path):
    channels = dict(a=3, b=2)
    unit, other = unit_of(channels), unit_of(channels, seed=1)
    unit(maps_of(channels))
    torch.save(unit.state_dict(), tmp_path / 'unit.pth')
    other.load_state_dict(torch.load(tmp_path / 'unit.pth', weights_only=True))
    maps = maps_of(channels, seed=1)
    first, second = unit(maps, only(1)), other(maps, only(1))
    assert all(torch.equal(first[m], second[m]) for m in channels)
    assert torch.equal(unit.average_gates, other.average_gates)


def test_squeezes_of_half_precision_maps_are_exact():
    maps = {m: value.bfloat16() for m, value in maps_of(dict(a=3, b=2)).items()}
    exact = {m: value.float().flatten(2).mean(2) for m, value in maps.items()}
    close(unit_of(dict(a=3, b=2)).squeezes(maps), exact)


def test_averages_keep_their_precision_under_amp():
    channels = dict(a=3, b=2)
    unit, exact = unit_of(channels), unit_of(channels)
    for seed in range(3):
        maps = maps_of(channels, seed=seed)
        exact(maps)
        with torch.autocast('cpu', torch.bfloat16):
            outs = unit({m: value.bfloat16() for m, value in maps.items()}, only(1))
    assert outs['a'].dtype == torch.bfloat16
    assert unit.average_gates.dtype == torch.float32
    torch.testing.assert_close(
        unit.average_gates, exact.average_gates, rtol=0.01, atol=0
    )


def test_degenerate_batch_of_one_sample_and_one_position():
    unit = unit_of(dict(a=1, b=1))
    outs = unit(dict(a=torch.ones(1, 1, 1), b=torch.zeros(1, 1, 1)), only(0))
    assert 0 < outs['a'] < 1 and outs['b'] == 0


def _averages(rank, channels, batches):
    unit = unit_of(channels)
    for batch in batches:
        # Unequal shares: 2 samples, and the others.
        share = {
            m: (value[:2], value[2:])[rank] if rank is not None else value
            for m, value in batch.items()
        }
        unit(share, only(1))
    return unit.average_gates.tolist()


def test_averages_are_those_of_all_processes():
    channels = dict(a=3, b=2)
    batches = [maps_of(channels, samples=5, seed=seed) for seed in range(3)]
    first, second = on_two_ranks(_averages, channels, batches)
    assert first == second
    alone = _averages(None, channels, batches)
    assert first == pytest.approx(alone, rel=1e-5)


@pytest.mark.parametrize(
    'kwargs, message',
    [
        (dict(in_channels=dict(rgb=4)), 'two modalities or more'),
        (dict(in_channels=dict(a=4, b=0)), 'positive channels'),
        (dict(in_channels=dict(a=4, b=4), ratio=17), 'ratio=17'),
        (dict(in_channels=dict(a=4, b=4), ratio=0), 'ratio=0'),
    ],
)
def test_unusable_arguments(kwargs, message):
    with pytest.raises(ValueError, match=message):
        MMTM(**kwargs)


@pytest.mark.parametrize(
    'shapes',
    [
        dict(a=(2, 3, 4)),
        dict(a=(2, 3, 4), b=(2, 3, 4)),
        dict(a=(2, 3, 4), b=(2, 2)),
        dict(a=(2, 3, 4), b=(4, 2, 4)),
    ],
)
def test_unusable_maps(shapes):
    unit = MMTM(dict(a=3, b=2))
    with pytest.raises(ValueError, match='fusion_channels'):
        unit({name: torch.zeros(shape) for name, shape in shapes.items()})


def test_a_step_reads_nothing_back_from_its_device():
    # The meta device has no values: any synchronization would fail.
    unit = MMTM(dict(a=3, b=2)).to('meta')
    maps = {m: value.to('meta') for m, value in maps_of(unit.in_channels).items()}
    outs = unit(maps, only(1).to('meta'))
    sum(out.sum() for out in outs.values()).backward()
