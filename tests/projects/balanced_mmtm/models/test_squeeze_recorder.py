"""Mean squeezes over a data set."""

import pytest
import torch
from tworanks import on_two_ranks

from projects.balanced_mmtm.models import MMTM, record_squeezes

CHANNELS = dict(a=2, b=3)


def unit():
    torch.manual_seed(0)
    return MMTM(CHANNELS).eval()


def maps(samples, seed):
    generator = torch.Generator().manual_seed(seed)
    return {
        m: torch.randn(samples, count, 4, generator=generator)
        for m, count in CHANNELS.items()
    }


def joined(batches):
    return {
        m: torch.cat([batch[m] for batch in batches]).mean((0, 2)) for m in CHANNELS
    }


def test_each_row_counts_alike():
    units, batches = [unit(), unit()], [maps(5, 0), maps(1, 1), maps(3, 2)]
    with record_squeezes(units) as means:
        for batch in batches:
            units[0](batch)
            units[1](units[0](batch))
        assert means == []
    torch.testing.assert_close(means[0], joined(batches + batches))
    torch.testing.assert_close(means[1], joined([units[0](b) for b in batches]))
    # After the block nothing is added.
    before = {m: value.clone() for m, value in means[0].items()}
    units[0](batches[0])
    torch.testing.assert_close(means[0], before, rtol=0, atol=0)


def test_a_large_offset_costs_no_digits():
    of = unit()
    with record_squeezes([of]) as means:
        for _ in range(300):
            of({m: torch.full((2, count, 1), 1000.5) for m, count in CHANNELS.items()})
    assert means[0]['a'].tolist() == [1000.5] * 2


def _means(rank):
    of = unit()
    # Rank 1 has no share in the first batch.
    with record_squeezes([of]) as means:
        for seed in range(rank, 3):
            of(maps(2, seed))
    return {m: value.tolist() for m, value in means[0].items()}


def test_means_are_those_of_all_processes():
    first, second = on_two_ranks(_means)
    assert first == second
    expected = joined([maps(2, seed) for seed in (0, 1, 2, 1, 2)])
    for name in CHANNELS:
        assert first[name] == pytest.approx(expected[name].tolist(), rel=1e-5)


def test_what_cannot_be_recorded():
    of = unit()
    with pytest.raises(ValueError, match='no squeezes'), record_squeezes([of]):
        pass
    # An error inside the block is not hidden by another.
    with pytest.raises(KeyError), record_squeezes([of]):
        raise KeyError
    assert not of._forward_pre_hooks
    of.train()
    with pytest.raises(ValueError, match=r'call model.eval\(\)'), record_squeezes([of]):
        pass
