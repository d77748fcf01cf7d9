"""The loss between modalities: by hand, slowly, and against the official numbers."""

import math
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
import torch

from mm_laziness.models.losses import DUCLoss

GOLDEN = np.load(
    Path(__file__).parents[2] / 'golden' / 'dimml_duc_loss.npz', allow_pickle=False
)
TEMPERATURES = list(enumerate((1, 10, 50)))


def golden(name):
    return torch.from_numpy(GOLDEN[name])


def official(scale=1.0, dtype=torch.float32):
    feats = {m: (scale * golden(f'feat_{m}')).to(dtype) for m in 'av'}
    sets = dict(a=golden('audio_only_indices'), v=golden('visual_only_indices'))
    return {m: feat.requires_grad_() for m, feat in feats.items()}, sets


def mask(dimensions, width):
    return torch.tensor([d in dimensions.tolist() for d in range(width)])


def random_features(*names, rows=6, width=8):
    generator = torch.Generator().manual_seed(0)
    feats = {m: torch.randn(rows, width, generator=generator) for m in names}
    # No teacher is without pupil, and some dimensions are shared by two or all.
    sets = {m: torch.tensor([0, 1, 2 + i, 3 + i, 7]) for i, m in enumerate(names)}
    return {m: feat.requires_grad_() for m, feat in feats.items()}, sets


def slowly(feats, dimensions, temperature):
    """One sample after the other; nothing taught counts as nothing."""
    total = torch.zeros(())
    for p, q in permutations(feats, 2):
        known = dimensions[q].tolist()
        taught = [d for d in dimensions[p].tolist() if d not in known]
        rows = []
        for i, student in enumerate(feats[q]):
            products = torch.stack(
                [
                    sum((student[d] * teacher[d] for d in taught), torch.zeros(()))
                    for teacher in feats[p].detach()
                ]
            )
            rows.append(-(products / temperature).log_softmax(0)[i])
        if taught:
            total = total + torch.stack(rows).mean()
    return total


def test_value_by_hand():
    # Dimension 0 is the audio's alone, 1 shared, 2 nobody's.
    audio = torch.tensor([[1.0, 5.0, 5.0], [-1.0, 5.0, 5.0]])
    rgb = torch.tensor([[2.0, 5.0, 5.0], [0.0, 5.0, 5.0]])
    sets = dict(rgb=torch.tensor([1]), audio=torch.tensor([0, 1]))
    # Products over T = 2: 1 and -1 of the first row, zeros of the second.
    expected = (math.log(1 + math.exp(-2)) + math.log(2)) / 2
    loss = DUCLoss(temperature=2.0, loss_weight=3.0)
    found = loss(dict(rgb=rgb, audio=audio), sets)
    assert found.item() == pytest.approx(3 * expected)


@pytest.mark.parametrize('index, temperature', TEMPERATURES)
def test_official_loss_and_gradients(index, temperature):
    feats, sets = official()
    loss = DUCLoss(temperature)(feats, sets)
    expected = golden('loss_f32')[index]
    torch.testing.assert_close(loss, expected, rtol=1e-4, atol=1e-6)
    loss.backward()
    for m in 'av':
        expected = golden(f'grad_feat_{m}__T{temperature}')
        torch.testing.assert_close(feats[m].grad, expected, rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize('index, temperature', TEMPERATURES)
def test_official_loss_in_float64_and_each_side_of_it(index, temperature):
    feats, sets = official(dtype=torch.float64)
    loss = DUCLoss(temperature)
    none = torch.tensor([], dtype=torch.int64)
    close = dict(rtol=1e-9, atol=0)
    expected = golden('loss_f64')[index]
    torch.testing.assert_close(loss(feats, sets), expected, **close)
    expected = golden('loss_visual_side_f64')[index]
    torch.testing.assert_close(loss(feats, dict(sets, v=none)), expected, **close)
    expected = golden('loss_audio_side_f64')[index]
    torch.testing.assert_close(loss(feats, dict(sets, a=none)), expected, **close)


def test_official_empty_sets_less_the_constant():
    feats, sets = official(dtype=torch.float64)
    none = torch.tensor([], dtype=torch.int64)
    # Official: ln 16 for each side that has nothing to teach.
    cases = [dict(a=none, v=none), dict(sets, v=none), dict(sets, a=none)]
    expected = golden('loss_empty_sets__both_audioonlygiven_visualonlygiven')
    for case, value, empty in zip(cases, expected.tolist(), (2, 1, 1), strict=True):
        found = DUCLoss()(feats, case)
        assert found.item() == pytest.approx(value - empty * math.log(16), abs=1e-6)
    assert DUCLoss()(feats, cases[0]) == 0


def test_stays_finite_where_the_official_code_overflows():
    feats, sets = official(scale=float(GOLDEN['overflow_scale']))
    assert np.isnan(GOLDEN['overflow_loss_official_f32'])
    loss = DUCLoss()(feats, sets)
    expected = float(GOLDEN['overflow_loss_stable_f64'])
    assert loss.item() == pytest.approx(expected, rel=1e-4)
    loss.backward()
    assert all(feat.grad.isfinite().all() for feat in feats.values())


@pytest.mark.parametrize('names', [('rgb', 'audio'), ('rgb', 'audio', 'flow')])
@pytest.mark.parametrize('as_masks', [False, True])
def test_slow_reference(names, as_masks):
    feats, sets = random_features(*names)
    slow = slowly(feats, sets, 3.0)
    expected = torch.autograd.grad(slow, list(feats.values()))
    given = {m: mask(d, 8) for m, d in sets.items()} if as_masks else sets
    found = DUCLoss(3.0)(feats, given)
    torch.testing.assert_close(found, slow)
    gradients = torch.autograd.grad(found, list(feats.values()))
    torch.testing.assert_close(gradients, expected)


def test_only_taught_dimensions_of_students_get_gradient():
    feats, sets = official()
    DUCLoss(10.0)(feats, sets).backward()
    for student, teacher in permutations('av', 2):
        touched = feats[student].grad.abs().sum(dim=0).nonzero()[:, 0]
        assert torch.equal(touched, sets[teacher])
    feats, sets = official()
    feats['a'].detach_()
    DUCLoss(10.0)(feats, dict(sets, v=sets['v'][:0])).backward()
    assert feats['v'].grad.abs().sum() > 0
    assert feats['a'].grad is None


@pytest.mark.parametrize('as_masks', [False, True])
def test_same_dimensions_teach_nothing(as_masks):
    feats, sets = random_features('a', 'v')
    same = mask(sets['a'], 8) if as_masks else sets['a']
    loss = DUCLoss()(feats, dict(a=same, v=same))
    loss.backward()
    assert loss == 0
    assert not any(feat.grad.any() for feat in feats.values())


def test_one_row_has_nobody_to_differ_from():
    feats, sets = random_features('a', 'v', rows=1)
    loss = DUCLoss()(feats, sets)
    loss.backward()
    assert loss == 0 and not feats['a'].grad.any()


@pytest.mark.parametrize('dtype', [torch.float16, torch.bfloat16])
def test_half_precision_and_autocast(dtype):
    feats, sets = random_features('a', 'v')
    half = {m: (feat.detach() * 100).to(dtype) for m, feat in feats.items()}
    expected = DUCLoss()({m: feat.float() for m, feat in half.items()}, sets)
    with torch.autocast('cpu', torch.bfloat16):
        found = DUCLoss()(half, sets)
    assert found.dtype == torch.float32
    assert torch.equal(found, expected)
