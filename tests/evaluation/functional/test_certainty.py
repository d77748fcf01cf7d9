"""Certainty-weighted scores: by hand, and against the official numbers."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch

from mm_laziness.evaluation.functional import certainty_weighted_scores

GOLDEN = np.load(
    Path(__file__).parents[2] / 'golden' / 'dimml_stage2_certainty.npz',
    allow_pickle=False,
)


def test_value_by_hand():
    # Certainties 3/4 and 1/2, so that weights are e^(3/8) to e^(1/4), of T = 2.
    sure, unsure = torch.tensor([[math.log(3.0), 0.0]]), torch.tensor([[1.0, 1.0]])
    weight = 1 / (1 + math.exp(-1 / 8))
    expected = torch.tensor([[weight * math.log(3.0) + 1 - weight, 1 - weight]])
    found = certainty_weighted_scores([sure, unsure], temperature=2.0)
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize('temperature', [1, 3])
def test_official_scores(temperature):
    names = ('audio', 'visual', 'fusion')
    scores = [torch.from_numpy(GOLDEN[f'logits_{name}']) for name in names]
    found = certainty_weighted_scores(scores, temperature)
    expected = torch.from_numpy(GOLDEN[f'fused_logits__T{temperature}'])
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-6)


def test_slow_reference():
    generator = torch.Generator().manual_seed(0)
    scores = [3 * torch.randn(4, 5, generator=generator) for _ in range(3)]
    found = certainty_weighted_scores(scores, 0.5)
    for row in range(4):
        certainties = []
        for each in scores:
            powers = [math.exp(value) for value in each[row].tolist()]
            certainties.append(max(powers) / sum(powers))
        weights = [math.exp(c / 0.5) for c in certainties]
        expected = sum(
            weight / sum(weights) * each[row]
            for weight, each in zip(weights, scores, strict=True)
        )
        torch.testing.assert_close(found[row], expected)


def test_one_classifier_stays_as_it_is():
    scores = torch.randn(3, 4)
    torch.testing.assert_close(certainty_weighted_scores([scores], 1.0), scores)


def test_float64_stays_as_it_is():
    generator = torch.Generator().manual_seed(0)
    scores = [torch.randn(4, 5, generator=generator).double() / 3 for _ in range(2)]
    certainty = torch.stack([s.softmax(1).amax(1) for s in scores])
    weights = (certainty / 0.1).softmax(0)
    expected = sum(w[:, None] * s for w, s in zip(weights, scores, strict=True))
    found = certainty_weighted_scores(scores, 0.1)
    torch.testing.assert_close(found, expected, rtol=1e-12, atol=0)


def test_half_precision_and_large_scores():
    scores = [torch.tensor([[6e4, 0.0]]).half(), torch.zeros(1, 2).half()]
    found = certainty_weighted_scores(scores, 1.0)
    assert found.dtype == torch.float32
    assert found.isfinite().all()


@pytest.mark.parametrize(
    'shapes, temperature, message',
    [
        ([(2, 3)], 0.0, 'must be positive, but got 0.0'),
        ([(2, 3)], -1.0, 'must be positive, but got -1.0'),
        ([(2, 3)], float('nan'), 'must be positive, but got nan'),
        ([], 1.0, r'one shape \(N, K\), but have \[\]'),
        ([(2, 3), (2, 4)], 1.0, r'have \[\(2, 3\), \(2, 4\)\]'),
        ([(3,)], 1.0, r'have \[\(3,\)\]'),
    ],
)
def test_bad_input(shapes, temperature, message):
    with pytest.raises(ValueError, match=message):
        certainty_weighted_scores([torch.zeros(s) for s in shapes], temperature)
