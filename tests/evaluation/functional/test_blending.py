from pathlib import Path

import numpy as np
import pytest
import torch
from mmaction.structures import ActionDataSample

from mm_laziness.evaluation.functional import overfitting_to_generalization_weights
from mm_laziness.models import LinearFusionHead

GOLDEN = Path(__file__).parents[2] / 'golden' / 'gblend_weights.npz'


@pytest.fixture(scope='module')
def golden():
    return dict(np.load(GOLDEN, allow_pickle=False))


def test_by_hand():
    weights = overfitting_to_generalization_weights(
        train_before=[2.0, 2.0, 2.0],
        train_after=[1.0, 1.0, 0.5],
        val_before=[2.0, 2.0, 2.0],
        val_after=[1.5, 3.0, 1.5],
    )
    # Gains 0.5, -1, 0.5; overfitting grows by 0.5, 2, 1: 0.5 / 0.25, 0, 0.5 / 1.
    expected = torch.tensor([0.8, 0.0, 0.2], dtype=torch.float64)
    torch.testing.assert_close(weights, expected, rtol=1e-9, atol=0.0)
    assert weights.dtype == torch.float64


@pytest.mark.parametrize('row', range(5))
@pytest.mark.parametrize('given', [list, torch.tensor])
def test_golden(golden, row, given):
    losses = [
        given(golden[f'{part}_loss_{when}'][row])
        for part in ('train', 'val')
        for when in ('N', 'N_plus_n')
    ]
    weights = overfitting_to_generalization_weights(*losses)
    np.testing.assert_allclose(weights, golden['weight_clipG0_sum1'][row], rtol=1e-9)


def test_no_gain_at_all_gives_equal_weights():
    weights = overfitting_to_generalization_weights([1, 1], [0, 0], [1, 1], [2, 1])
    assert weights.tolist() == [0.5, 0.5]


def test_gain_without_overfitting_gets_all_but_stays_finite():
    weights = overfitting_to_generalization_weights([2, 2], [1, 0], [2, 2], [1, 1])
    torch.testing.assert_close(weights, torch.tensor([1.0, 1e-16]).double())


def test_any_number_of_classifiers_in_any_order():
    losses = torch.rand(4, 6, generator=torch.Generator().manual_seed(0)) + 1
    order = torch.tensor([4, 2, 0, 5, 1, 3])
    weights = overfitting_to_generalization_weights(*losses)
    permuted = overfitting_to_generalization_weights(*losses[:, order])
    torch.testing.assert_close(permuted, weights[order])
    assert weights.sum() == pytest.approx(1.0)
    # Scaling all losses, as a loss_weight does, changes nothing.
    scaled = overfitting_to_generalization_weights(*(3 * losses))
    torch.testing.assert_close(scaled, weights)


def test_losses_with_gradient_give_plain_weights():
    losses = torch.rand(4, 3, requires_grad=True)
    assert not overfitting_to_generalization_weights(*losses).requires_grad


@pytest.mark.parametrize('wrong', [[1.0], [[1.0, 1.0]], 1.0])
def test_refuses_other_shapes(wrong):
    good = [1.0, 1.0]
    with pytest.raises(ValueError, match=r"one shape \(M \+ 1,\).*'val_before': \("):
        overfitting_to_generalization_weights(good, good, wrong, good)
    with pytest.raises(ValueError, match='one value per classifier'):
        overfitting_to_generalization_weights([], [], [], [])


@pytest.mark.parametrize('wrong', [float('nan'), float('inf')])
def test_names_what_is_not_finite(wrong):
    good, bad = [1.0, 1.0], [1.0, wrong]
    with pytest.raises(ValueError, match='train_after must be finite.*learning rate'):
        overfitting_to_generalization_weights(good, bad, good, good)


def test_heads_blend_losses_as_golden(golden):
    uni_a, uni_b, joint = torch.from_numpy(golden['blend_logits'])
    a, b, fused = golden['blend_weights'].tolist()
    head = LinearFusionHead(
        5, dict(a=5, b=5), unimodal_loss_weights=dict(a=a, b=b), fused_loss_weight=fused
    ).double()
    for classifier in head.unimodal_classifiers.values():
        classifier.weight.data.copy_(torch.eye(5))
        classifier.bias.data.zero_()
    labels = [ActionDataSample().set_gt_label(int(n)) for n in golden['blend_labels']]
    losses = head.losses(joint, dict(a=uni_a, b=uni_b), labels)
    parts = [losses[key].item() for key in ('loss_a', 'loss_b', 'loss_cls')]
    weighted = golden['blend_ce'] * golden['blend_weights']
    np.testing.assert_allclose(parts, weighted, rtol=1e-4)
    np.testing.assert_allclose(sum(parts), golden['blend_total'], rtol=1e-4)
