import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from torch.testing import assert_close

from mm_laziness.evaluation.functional import fit_linear_classifier, linear_scores


def make_samples(num, channels=16, classes=4, seed=0):
    """Noisy clusters whose channels have very different offsets and scales."""
    generator = torch.Generator().manual_seed(seed)
    centers = torch.randn(classes, channels, generator=torch.Generator().manual_seed(9))
    labels = torch.randint(classes, (num,), generator=generator)
    feats = centers[labels] + 1.5 * torch.randn(num, channels, generator=generator)
    scale = torch.logspace(-3, 3, channels)
    return scale * (feats + 5), labels


def test_equals_logistic_regression():
    feats, labels = make_samples(400)
    ours = fit_linear_classifier(feats, labels, epochs=300)
    scaler = StandardScaler().fit(feats.double().numpy())
    theirs = LogisticRegression(C=0.1, tol=1e-8, max_iter=1000)
    theirs.fit(scaler.transform(feats.double().numpy()), labels.numpy())
    test_feats, _ = make_samples(100, seed=1)
    expected = theirs.predict_proba(scaler.transform(test_feats.double().numpy()))
    probabilities = linear_scores(ours, test_feats).softmax(1).numpy()
    assert np.abs(probabilities - expected).max() < 0.02


def test_equals_full_batch_descent_on_the_documented_objective():
    feats, labels = make_samples(64, channels=3, classes=3)
    ours = fit_linear_classifier(feats, labels, weight_decay=0.5, epochs=400)
    x = (feats - feats.mean(0)) / feats.std(0, correction=0)
    weight = torch.zeros(3, 3, requires_grad=True)
    bias = torch.zeros(3, requires_grad=True)
    for _ in range(1000):
        log_prob = (x @ weight.T + bias).log_softmax(1)
        loss = -log_prob[torch.arange(64), labels].mean() + weight.square().sum() / 4
        for parameter, grad in zip(
            (weight, bias), torch.autograd.grad(loss, (weight, bias)), strict=True
        ):
            parameter.data -= 0.3 * grad
    expected = (x @ weight.T + bias).detach()
    assert_close(ours(feats), expected, atol=5e-3, rtol=0)


def test_seeded_and_global_random_state_untouched():
    feats, labels = make_samples(100)
    torch.manual_seed(3)
    before = torch.get_rng_state()
    results = [
        fit_linear_classifier(feats, labels, epochs=5, seed=s) for s in (1, 1, 2)
    ]
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(results[0].weight, results[1].weight)
    assert not torch.equal(results[0].weight, results[2].weight)


@pytest.mark.parametrize('mode', [torch.no_grad, torch.inference_mode])
def test_trains_inside_test_loops(mode):
    feats, labels = make_samples(100)
    expected = fit_linear_classifier(feats, labels, epochs=5)
    with mode():
        # Features made here are inference tensors in inference mode.
        inside = fit_linear_classifier(feats * 1, labels * 1, epochs=5)
    assert torch.equal(inside.weight, expected.weight)
    assert not expected.weight.requires_grad


def test_constant_feature_is_ignored():
    feats, labels = make_samples(100)
    with_constant = torch.cat([feats, torch.full((100, 1), 0.1)], dim=1)
    classifier = fit_linear_classifier(with_constant, labels, epochs=5)
    assert (classifier.weight[:, -1] == 0).all()
    expected = fit_linear_classifier(feats, labels, epochs=5)
    assert_close(classifier(with_constant), expected(feats))


def test_one_sample_and_unseen_classes():
    classifier = fit_linear_classifier(
        torch.ones(1, 2), torch.tensor([1]), num_classes=3, epochs=20
    )
    assert classifier(torch.ones(1, 2)).argmax() == 1
    assert classifier.weight.shape == (3, 2)


def test_half_precision_features_whose_sum_overflows():
    feats, labels = make_samples(200)
    feats = (feats / feats.std(0) * 1000 + 3000).half()
    classifier = fit_linear_classifier(feats, labels, epochs=50)
    assert (linear_scores(classifier, feats).argmax(1) == labels).float().mean() > 0.8


def test_chunks_change_nothing(monkeypatch):
    feats, labels = make_samples(50)
    expected = fit_linear_classifier(feats, labels, epochs=5)
    scores = linear_scores(expected, feats)
    module = fit_linear_classifier.__module__
    monkeypatch.setattr(f'{module}._CHUNK', 7)
    again = fit_linear_classifier(feats, labels, epochs=5)
    assert_close(again.weight, expected.weight)
    assert_close(linear_scores(expected, feats), scores)


def test_errors():
    feats, labels = make_samples(10)
    with pytest.raises(ValueError, match=r'training features .*\(10, 16\) and \(9,\)'):
        fit_linear_classifier(feats, labels[:9])
    with pytest.raises(ValueError, match=r'\(0, 16\)'):
        fit_linear_classifier(feats[:0], labels[:0])
    with pytest.raises(ValueError, match=r'in \[0, 2\), but range from 0 to 3'):
        fit_linear_classifier(feats, labels, num_classes=2)
    with pytest.raises(ValueError, match='at least 0, but range from -1'):
        fit_linear_classifier(feats, labels - 1)
    with pytest.raises(ValueError, match='one integer per sample, .*float32'):
        fit_linear_classifier(feats, labels.float())
    feats[3, 2], feats[5, 0] = float('nan'), float('inf')
    with pytest.raises(ValueError, match='NaN or Inf in 2 of 10 samples'):
        fit_linear_classifier(feats, labels)
