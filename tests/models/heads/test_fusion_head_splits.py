"""Splits of the scores: the head on zeros for all other modalities."""

import pytest
import torch

from mm_laziness.models import AttentionFusionHead, LinearFusionHead, MLPFusionHead

NAMES = ('rgb', 'audio', 'flow')


@pytest.fixture(params=[MLPFusionHead, AttentionFusionHead])
def head(request):
    torch.manual_seed(0)
    # Noise of any kind would show in the splits.
    return request.param(5, dict.fromkeys(NAMES, 4), dropout=0.5, modality_dropout=0.5)


@pytest.fixture
def feats():
    torch.manual_seed(1)
    return {name: torch.randn(6, 4) for name in NAMES}


def only(name, feats):
    return {m: f if m == name else torch.zeros_like(f) for m, f in feats.items()}


def test_a_split_is_the_head_on_zeros(head, feats):
    head.eval()
    splits = head.split_scores(feats)
    assert list(splits) == list(NAMES)
    for name, split in splits.items():
        torch.testing.assert_close(split, head(only(name, feats)))
    assert not torch.allclose(splits['rgb'], splits['flow'])


def test_splits_of_training_are_those_of_testing(head, feats):
    state = torch.get_rng_state()
    training = head.train().split_scores(feats)
    # A number drawn here would change the noise of all that follows.
    assert torch.equal(torch.get_rng_state(), state)
    testing = head.eval().split_scores(feats)
    assert all(torch.equal(training[name], testing[name]) for name in NAMES)


def test_other_modalities_get_no_gradient(head, feats):
    feats = {name: feat.requires_grad_() for name, feat in feats.items()}
    head.split_scores(feats)['audio'].square().sum().backward()
    assert feats['audio'].grad.abs().sum() > 0
    assert not feats['rgb'].grad.any() and not feats['flow'].grad.any()


def test_unimodal_scores_are_the_splits_without_own_classifiers(head, feats):
    splits, scores = head.split_scores(feats), head.unimodal_scores(feats)
    assert list(scores) == list(NAMES)
    assert all(torch.equal(scores[name], splits[name]) for name in NAMES)


def test_one_modality_keeps_all(feats):
    for kind in (LinearFusionHead, MLPFusionHead, AttentionFusionHead):
        head = kind(5, dict(rgb=4))
        split = head.split_scores(dict(rgb=feats['rgb']))
        torch.testing.assert_close(split['rgb'], head(dict(rgb=feats['rgb'])))
