import math
from pathlib import Path

import numpy as np
import pytest
import torch
from mmaction.registry import MODELS

from mm_laziness.evaluation.functional import (
    coefficients_from_sums,
    confidence_sums,
    modulation_coefficients,
)

GOLDEN = Path(__file__).parents[2] / 'golden' / 'ogm_features.npz'


def logits(*probabilities):
    """Two-class logits with these probabilities of class 0."""
    return torch.tensor([[math.log(p / (1 - p)), 0.0] for p in probabilities])


def test_value_by_hand():
    scores = dict(rgb=logits(0.75, 0.5), audio=logits(0.25, 0.25))
    labels = torch.tensor([0, 1])
    # rgb: .75 + .5 = 1.25; audio: .25 + .75 = 1.
    torch.testing.assert_close(
        confidence_sums(scores, labels), torch.tensor([1.25, 1.0])
    )
    coefficients = modulation_coefficients(scores, labels, alpha=0.4)
    # 1.25 / 1 times alpha is a half.
    torch.testing.assert_close(coefficients['rgb'].item(), 1 - math.tanh(0.5))
    assert coefficients['audio'].item() == 1.0
    assert list(coefficients) == ['rgb', 'audio']


def test_three_modalities_compare_with_the_mean_of_the_others():
    ratios, coefficients = coefficients_from_sums(torch.tensor([4.0, 1.0, 3.0]), 0.5)
    # 4 / 2, 1 / 3.5, 3 / 2.5.
    torch.testing.assert_close(ratios, torch.tensor([2.0, 1 / 3.5, 1.2]))
    expected = torch.tensor([1 - math.tanh(1.0), 1.0, 1 - math.tanh(0.6)])
    torch.testing.assert_close(coefficients, expected)


@pytest.mark.parametrize('fusion', ['concat', 'sum'])
@pytest.mark.parametrize('case', ['visual_dominant', 'audio_dominant'])
def test_golden(case, fusion):
    golden = np.load(GOLDEN, allow_pickle=False)
    found = {
        key.split('__')[-1]: torch.from_numpy(golden[key])
        for key in golden
        if key.startswith(f'case_{case}__{fusion}__')
    }
    labels = torch.from_numpy(golden['labels'])
    scores = dict(a=found['out_a'], v=found['out_v'])
    if fusion == 'concat':
        scores = _split_by_head(golden, case)
        for name in 'av':
            torch.testing.assert_close(
                scores[name], found[f'out_{name}'], rtol=1e-4, atol=1e-6
            )
    sums = confidence_sums(scores, labels)
    close = dict(rtol=1e-4, atol=1e-6)
    assert sums.tolist() == pytest.approx(
        [found['score_a'].item(), found['score_v'].item()], rel=1e-4
    )
    for index, alpha in enumerate(golden['alphas']):
        ratios, coefficients = coefficients_from_sums(sums, alpha)
        for m, name in enumerate('av'):
            torch.testing.assert_close(ratios[m], found[f'ratio_{name}'], **close)
            for suffix in ('', '_f64'):
                expected = found[f'coeff_{name}_per_alpha{suffix}'][index]
                torch.testing.assert_close(
                    coefficients[m], expected.float(), rtol=1e-4, atol=1e-6
                )


@pytest.mark.parametrize('case', ['visual_dominant', 'audio_dominant'])
def test_golden_in_float64(case):
    golden, prefix = np.load(GOLDEN, allow_pickle=False), f'case_{case}__concat__'
    scores = _split_by_head(golden, case, torch.float64)
    labels = torch.from_numpy(golden['labels'])
    expected = [golden[f'{prefix}score_{name}_f64'] for name in 'av']
    sums = confidence_sums(scores, labels).tolist()
    np.testing.assert_allclose(sums, expected, rtol=1e-9)
    for index, alpha in enumerate(golden['alphas']):
        found = modulation_coefficients(scores, labels, alpha)
        for name in 'av':
            expected = golden[f'{prefix}coeff_{name}_per_alpha_f64'][index]
            np.testing.assert_allclose(found[name], expected, rtol=1e-9)


def _split_by_head(golden, case, dtype=torch.float32):
    head = MODELS.build(
        dict(type='LinearFusionHead', num_classes=6, in_channels=dict(a=512, v=512))
    ).to(dtype)
    for name in ('weight', 'bias'):
        value = torch.from_numpy(golden[f'concat_fc_{name}'])
        getattr(head.fc_cls, name).data.copy_(value)
    return head.split_scores(
        {m: torch.from_numpy(golden[f'case_{case}__feat_{m}']).to(dtype) for m in 'av'}
    )


def test_sums_of_parts_add_up():
    torch.manual_seed(0)
    scores = {m: torch.randn(6, 4) for m in 'abc'}
    labels = torch.randint(4, (6,))
    parts = [
        confidence_sums({m: s[rows] for m, s in scores.items()}, labels[rows])
        for rows in (slice(0, 1), slice(1, 6))
    ]
    torch.testing.assert_close(sum(parts), confidence_sums(scores, labels))


def test_nothing_is_differentiated_and_half_precision_counts_in_float32():
    scores = {m: torch.randn(4, 3, dtype=torch.bfloat16) for m in 'ab'}
    scores['a'].requires_grad_()
    labels = torch.tensor([0, 1, 2, 0])
    sums = confidence_sums(scores, labels)
    assert sums.dtype == torch.float32 and not sums.requires_grad
    exact = confidence_sums({m: s.float() for m, s in scores.items()}, labels)
    assert torch.equal(sums, exact)
    with torch.autocast('cpu', torch.bfloat16):
        assert torch.equal(confidence_sums(scores, labels), exact)
    assert not modulation_coefficients(scores, labels, 0.3)['a'].requires_grad


def test_large_scores_do_not_overflow():
    scores = dict(a=torch.tensor([[1e4, 0.0]]), b=torch.tensor([[0.0, 1e4]]))
    assert confidence_sums(scores, torch.tensor([0])).tolist() == [1.0, 0.0]


@pytest.mark.parametrize('modalities', [2, 3, 4, 5, 7])
def test_equal_sums_change_nothing(modalities):
    for value in (0.0, 0.1, 1 / 3, 7.7):
        sums = torch.full((modalities,), value)
        ratios, coefficients = coefficients_from_sums(sums, 0.3)
        assert ratios.tolist() == coefficients.tolist() == [1.0] * modalities


def test_one_modality_without_any_confidence():
    ratios, coefficients = coefficients_from_sums(torch.tensor([2.0, 0.0]), 0.3)
    assert ratios.tolist() == [math.inf, 0.0]
    assert coefficients.tolist() == [0.0, 1.0]


def test_nan_does_not_spread_to_the_coefficients():
    _, coefficients = coefficients_from_sums(torch.tensor([math.nan, 1.0]), 0.3)
    assert coefficients.tolist() == [1.0, 1.0]


def test_a_single_class_changes_nothing():
    scores = {m: torch.randn(5, 1) for m in 'ab'}
    coefficients = modulation_coefficients(scores, torch.zeros(5).long(), 0.8)
    assert [c.item() for c in coefficients.values()] == [1.0, 1.0]


@pytest.mark.parametrize('alpha', [0, -0.1, math.nan])
def test_alpha_must_be_positive(alpha):
    with pytest.raises(ValueError, match='set alpha > 0, e.g. 0.1-0.8'):
        coefficients_from_sums(torch.ones(2), alpha)


def test_errors():
    labels = torch.zeros(4).long()
    with pytest.raises(ValueError, match='two or more modalities'):
        modulation_coefficients(dict(a=torch.ones(4, 3)), labels, 0.3)
    unequal = dict(a=torch.ones(4, 3), b=torch.ones(4, 2))
    with pytest.raises(ValueError, match=r"'b': \(4, 2\)"):
        confidence_sums(unequal, labels)
    with pytest.raises(ValueError, match=r'labels \(N,\).* and \(4, 3\)'):
        confidence_sums({m: torch.ones(4, 3) for m in 'ab'}, torch.ones(4, 3))
    with pytest.raises(ValueError, match='scores'):
        confidence_sums({}, labels)
