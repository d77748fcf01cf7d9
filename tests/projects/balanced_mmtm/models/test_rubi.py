"""RUBi's losses, against the authors' code and by hand."""

from math import exp, log
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F

import mm_laziness  # noqa: F401
from mm_laziness.models.utils import load_exactly
from projects.balanced_mmtm.models.rubi import RUBiLoss

GOLDEN = Path(__file__).parents[3] / 'golden' / 'rubi.npz'


@pytest.fixture(scope='module')
def golden():
    with np.load(GOLDEN, allow_pickle=False) as kept:
        return {key: torch.from_numpy(kept[key]) for key in kept.files}


def ours(name):
    """Our name of a parameter of the authors' code."""
    part, _, rest = name.partition('.')
    if part == 'c_2':
        return f'branches.q.classifier.{rest}'
    _, number, kind = rest.split('.')
    return f'branches.q.mask_net.{2 * int(number)}.{kind}'


def official(golden, weight):
    loss = RUBiLoss(10, dict(q=20), (24, 24), loss_weight=weight)
    names = [key[7:] for key in golden if key.startswith('param__')]
    state = {ours(name): golden[f'param__{name}'] for name in names}
    load_exactly(loss, state, GOLDEN, 'RUBi')
    return loss, names


def inputs(golden):
    scores = golden['base_logits'].clone().requires_grad_()
    embedding = golden['biased_embedding'].clone().requires_grad_()
    return scores, dict(q=embedding), golden['labels'].squeeze()


@pytest.mark.parametrize('tag, weight', [('w1', 1.0), ('w0p5', 0.5)])
def test_losses_and_gradients_of_the_authors_code(golden, tag, weight):
    loss, names = official(golden, weight)
    scores, embeddings, labels = inputs(golden)
    found = loss(scores, embeddings, labels)
    assert list(found) == ['loss_cls', 'loss_biased_q']
    torch.testing.assert_close(found['loss_cls'], golden['loss_fusion'])
    biased = weight * golden['loss_biased']
    torch.testing.assert_close(found['loss_biased_q'], biased)
    total = found['loss_cls'] + found['loss_biased_q']
    torch.testing.assert_close(total, golden[f'loss_total__{tag}'])
    total.backward()
    torch.testing.assert_close(scores.grad, golden[f'grad_base_logits__{tag}'])
    # Theirs multiplies it by zero.
    assert golden[f'grad_biased_embedding__{tag}'].eq(0).all()
    assert embeddings['q'].grad is None
    for name in names:
        own = loss.get_parameter(ours(name)).grad
        torch.testing.assert_close(own, golden[f'grad__{name}__{tag}'])


def test_masked_and_biased_logits_of_the_authors_code(golden):
    loss, _ = official(golden, 1.0)
    scores, embeddings, labels = inputs(golden)
    seen = []
    loss(scores, embeddings, labels, lambda s, y: seen.append(s) or s.sum())
    biased, masked = seen
    torch.testing.assert_close(masked, golden['logits_rubi'])
    torch.testing.assert_close(biased, golden['logits_biased'])


def test_the_masked_loss_trains_the_mask_but_not_the_biased_classifier(golden):
    loss, _ = official(golden, 1.0)
    loss(*inputs(golden))['loss_cls'].backward()
    branch = loss.branches['q']
    expected = golden['grad_c_1_linear0_from_fusion_loss_only']
    assert expected.abs().max() > 0
    torch.testing.assert_close(branch.mask_net[0].weight.grad, expected)
    assert branch.classifier.weight.grad is None
    # The other loss trains both, the mask through the classifier.
    loss.zero_grad()
    loss(*inputs(golden))['loss_biased_q'].backward()
    assert branch.mask_net[0].weight.grad.abs().max() > 0
    assert branch.classifier.weight.grad.abs().max() > 0


def test_value_by_hand_and_masks_that_multiply():
    loss = RUBiLoss(2, dict(a=1, b=1), ())
    for branch in loss.branches.values():
        for layer in (branch.mask_net[0], branch.classifier):
            torch.nn.init.zeros_(layer.weight)
            torch.nn.init.zeros_(layer.bias)
    half = loss.branches['a'].mask_net[0].bias.data
    half[:] = torch.tensor([log(3.0), 0.0])  # masks 3/4 and 1/2; those of b are 1/2
    feats = {m: torch.randn(1, 1) for m in 'ab'}
    found = loss(torch.tensor([[8.0, 4.0]]), feats, torch.tensor([0]))
    # 8 * 3/4 * 1/2 = 3 against 4 * 1/2 * 1/2 = 1.
    assert found['loss_cls'].item() == pytest.approx(log(1 + exp(1 - 3)))
    assert found['loss_biased_a'].item() == pytest.approx(log(2))
    assert list(found) == ['loss_cls', 'loss_biased_a', 'loss_biased_b']


def test_soft_labels_and_half_precision_scores():
    torch.manual_seed(0)
    loss, feats = RUBiLoss(3, dict(a=4), (5,)), dict(a=torch.randn(6, 4))
    scores, labels = torch.randn(6, 3), torch.randint(3, (6,))
    hard = loss(scores, feats, labels)
    soft = loss(scores, feats, F.one_hot(labels, 3).float())
    for name, value in hard.items():
        torch.testing.assert_close(soft[name], value)
    with torch.autocast('cpu', torch.bfloat16):
        rough = loss(scores.bfloat16(), feats, labels)
    for name, value in rough.items():
        assert value.dtype == torch.float32
        torch.testing.assert_close(value, hard[name], atol=0.03, rtol=0.03)


@pytest.mark.parametrize(
    'args, message',
    [
        (dict(in_channels={}), 'at least one biased modality'),
        (dict(in_channels=dict(a=0)), "positive, but got num_classes=3.*{'a': 0}"),
        (dict(hidden_channels=(4, 0)), r'hidden_channels=\(4, 0\)'),
        (dict(loss_weight=-1.0), 'loss_weight must not be negative, but got -1.0'),
    ],
)
def test_settings_that_make_no_sense(args, message):
    with pytest.raises(ValueError, match=message):
        RUBiLoss(**dict(dict(num_classes=3, in_channels=dict(a=2)), **args))


def test_an_embedding_that_is_missing():
    with pytest.raises(ValueError, match=r"\['a'\] are missing, got \['b'\]"):
        RUBiLoss(3, dict(a=2))(torch.zeros(1, 3), dict(b=torch.zeros(1, 2)), None)
