"""What the loss between modalities accepts, and what it refuses."""

from itertools import permutations

import pytest
import torch

from mm_laziness.models.losses import DUCLoss


def features():
    generator = torch.Generator().manual_seed(0)
    feats = {m: torch.randn(6, 8, generator=generator) for m in 'av'}
    return feats, dict(a=torch.tensor([0, 1, 2, 7]), v=torch.tensor([0, 3, 7]))


def test_order_and_type_of_indices_do_not_matter():
    feats, sets = features()
    none = torch.tensor([])  # float32, as torch makes it
    for p, q in permutations(sets):
        expected = DUCLoss()(feats, {p: sets[p], q: sets[q][:0]})
        for given in (sets[p].flip(0), sets[p].int()):
            found = DUCLoss()(feats, {p: given, q: none})
            torch.testing.assert_close(found, expected)


@pytest.mark.parametrize(
    'widths, sets, message',
    [
        (
            dict(a=4, v=3),
            'av',
            r"'a': \(2, 4\), 'v': \(2, 3\)}; choose encoders of equ",
        ),
        (dict(a=4), 'a', 'two or more modalities'),
        (dict(a=4, v=4), 'a', r"dimensions lack \['v'\]"),
    ],
)
def test_bad_input(widths, sets, message):
    feats = {m: torch.zeros(2, width) for m, width in widths.items()}
    with pytest.raises(ValueError, match=message):
        DUCLoss()(feats, {m: torch.tensor([0]) for m in sets})


def test_bad_masks_and_temperatures():
    feats, _ = features()
    with pytest.raises(ValueError, match=r"mask of 'a' has the shape \(7,\).*have 8"):
        DUCLoss()(feats, dict(a=torch.ones(7).bool(), v=torch.ones(8).bool()))
    for other in (torch.tensor([0.0, 1.0]), torch.ones(8).byte()):
        with pytest.raises(ValueError, match=r"'a' must be indices .* but are torch\."):
            DUCLoss()(feats, dict(a=other, v=torch.tensor([0])))
    for temperature in (0, float('nan')):
        with pytest.raises(ValueError, match='temperature must be positive, but got'):
            DUCLoss(temperature=temperature)
