"""The separation of dimensions where each process has a share of the samples."""

import threading

import pytest
import torch

from mm_laziness.evaluation.functional import separate_dimensions


def data(samples=60, classes=5, width=7, seed=0):
    generator = torch.Generator().manual_seed(seed)
    feats = torch.randn(samples, width, generator=generator)
    return feats, torch.randint(classes, (samples,), generator=generator)


def on_two_shares(feats, labels, classes, cut):
    """Run on both parts at once; the threads wait for each other to add."""
    barrier, shared, found = threading.Barrier(2, timeout=20), {}, {}

    def work(rank, part):
        def add(tensor):
            shared[rank] = tensor.clone()
            barrier.wait()
            tensor.copy_(shared[0] + shared[1])
            barrier.wait()

        try:
            mine = {m: rows[part] for m, rows in feats.items()}
            found[rank] = separate_dimensions(mine, labels[part], classes, add)
        except ValueError as error:
            found[rank] = str(error)

    threads = [
        threading.Thread(target=work, args=(rank, part))
        for rank, part in enumerate((slice(cut), slice(cut, None)))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.mark.parametrize('cut', [30, 1, 0])
def test_shares_of_two_processes(cut):
    feats, labels = data(width=40)
    both = dict(a=feats, v=data(width=40, seed=1)[0])
    expected = separate_dimensions(both, labels, 5)
    assert 0 < len(expected['a']) < 40
    for found in on_two_shares(both, labels, 5, cut).values():
        assert all(torch.equal(found[m], expected[m]) for m in 'av')


def test_a_fault_in_one_share_stops_both():
    feats, labels = data()
    feats[3, 2] = float('nan')
    for message in on_two_shares(dict(a=feats), labels, 5, 30).values():
        assert "features of 'a' are not finite" in message
    for message in on_two_shares(dict(a=feats), labels, 4, 55).values():
        assert 'labels are outside of [0, 4)' in message
