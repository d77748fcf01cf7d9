"""Modality dropout: how often, what is dropped, and what is left alone."""

import pytest
import torch
import torch.nn.functional as F
from mmaction.structures import ActionDataSample

from mm_laziness.models import LinearFusionHead
from mm_laziness.models.utils import ModalityDropout

NAMES = ('rgb', 'audio', 'flow')


def features(rows=4, **kwargs):
    return {name: torch.ones(rows, 2, **kwargs) for name in NAMES}


def dropped(feats):
    """Names of what is zero throughout; nothing may be dropped in part."""
    assert all(feat.all() or not feat.any() for feat in feats.values())
    return [name for name, feat in feats.items() if not feat.any()]


def test_frequencies():
    torch.manual_seed(0)
    drop, steps = ModalityDropout(0.6), 3000
    found = [dropped(drop(features())) for _ in range(steps)]
    assert all(len(names) <= 1 for names in found)
    # Standard errors are below 0.01.
    for name in NAMES:
        assert found.count([name]) / steps == pytest.approx(0.2, abs=0.03)
    assert found.count([]) / steps == pytest.approx(0.4, abs=0.04)


def test_ends_of_the_range():
    assert all(dropped(ModalityDropout(1.0)(features())) for _ in range(50))
    state = torch.get_rng_state()
    feats = features()
    assert ModalityDropout(0.0)(feats) is feats
    # Other runs' noise does not change where it is off.
    assert torch.equal(torch.get_rng_state(), state)


def test_what_is_kept_is_not_rescaled():
    kept = ModalityDropout(1.0)(features())
    assert sorted(feat.mean().item() for feat in kept.values()) == [0.0, 1.0, 1.0]


def test_only_the_dropped_one_gets_no_gradient():
    feats = features(requires_grad=True)
    kept = ModalityDropout(1.0)(feats)
    (name,) = dropped(kept)
    sum(feat.sum() for feat in kept.values()).backward()
    for other, feat in feats.items():
        assert torch.equal(feat.grad, torch.full((4, 2), float(other != name)))


def test_nothing_is_dropped_in_testing():
    drop = ModalityDropout(1.0).eval()
    feats = features()
    assert drop(feats) is feats


@pytest.mark.parametrize('p', [-0.1, 1.5])
def test_probability(p):
    with pytest.raises(ValueError, match=rf'in \[0, 1\], but got {p}'):
        ModalityDropout(p)


def make_head(**kwargs):
    torch.manual_seed(0)
    return LinearFusionHead(3, dict(rgb=2, audio=2), modality_dropout=1.0, **kwargs)


def test_classifiers_of_single_modalities_see_everything():
    head = make_head(unimodal_loss_weights=1.0)
    feats = dict(rgb=torch.randn(4, 2), audio=torch.randn(4, 2))
    labels = torch.tensor([0, 1, 2, 0])
    losses = head.loss(feats, [ActionDataSample().set_gt_label(int(i)) for i in labels])
    for name, classifier in head.unimodal_classifiers.items():
        expected = F.cross_entropy(classifier(feats[name]), labels)
        torch.testing.assert_close(losses[f'loss_{name}'], expected)
    # The fused loss is one of a head that lacks a modality.
    alone = [
        F.cross_entropy(
            head.eval()({**feats, name: torch.zeros_like(feats[name])}), labels
        )
        for name in feats
    ]
    assert min((losses['loss_cls'] - one).abs() for one in alone) < 1e-6


def test_observers_and_predictions_see_everything():
    head = make_head()
    feats = dict(rgb=torch.randn(1, 2), audio=torch.randn(1, 2))
    seen = []
    head.register_loss_observer(lambda feats, labels: seen.append(feats))
    sample = ActionDataSample().set_gt_label(1)
    head.loss(feats, [sample])
    assert all(seen[0][name] is feats[name] for name in feats)
    (sample,) = head.eval().predict(feats, [sample])
    expected = head.fc_cls(torch.cat(list(feats.values()), dim=1))[0]
    torch.testing.assert_close(sample.pred_score, expected)


def test_the_only_modality_is_not_dropped():
    with pytest.raises(ValueError) as error:
        LinearFusionHead(3, dict(rgb=2), modality_dropout=0.5)
    assert "would drop the only modality ['rgb']" in str(error.value)
    assert 'set modality_dropout=0' in str(error.value)
