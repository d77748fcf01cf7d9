import pytest
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from mm_laziness.evaluation.functional import linear_probe


def make_samples(num, channels, classes, noise, seed):
    generator = torch.Generator().manual_seed(seed)
    centers = torch.randn(classes, channels, generator=torch.Generator().manual_seed(7))
    labels = torch.randint(classes, (num,), generator=generator)
    feats = centers[labels] + noise * torch.randn(num, channels, generator=generator)
    # Like features after a rectifier.
    return feats.relu(), labels


def test_value_by_hand():
    feats = torch.tensor([[-1.0], [1.0]]).repeat(20, 1)
    labels = torch.tensor([0, 1]).repeat(20)
    test_feats = torch.tensor([[-2.0], [3.0], [0.5], [-0.5]])
    # Right, right, right, wrong; class 0 has 1 of 1, class 1 has 2 of 3.
    result = linear_probe(feats, labels, test_feats, torch.tensor([0, 1, 1, 1]))
    assert result['top1'] == 0.75
    assert result['top5'] == 1.0
    assert result['mean1'] == pytest.approx(5 / 6)
    assert result['scores'].shape == (4, 2)
    assert result['scores'].argmax(1).tolist() == [0, 1, 1, 0]


@pytest.mark.parametrize(
    ('num', 'channels', 'noise'), [(800, 128, 4.0), (300, 512, 6.0)]
)
def test_as_accurate_as_logistic_regression(num, channels, noise):
    train = make_samples(num, channels, 10, noise, seed=0)
    test = make_samples(2000, channels, 10, noise, seed=1)
    result = linear_probe(*train, *test)
    reference = make_pipeline(StandardScaler(), LogisticRegression(C=0.1))
    reference.fit(train[0].numpy(), train[1].numpy())
    expected = reference.score(test[0].numpy(), test[1].numpy())
    # A task neither hopeless nor trivial, and the same answer within a point.
    assert 0.3 < expected < 0.95
    assert result['top1'] == pytest.approx(expected, abs=0.01)


def test_classes_that_only_the_test_set_has():
    feats, labels = make_samples(40, 8, 3, 0.1, seed=0)
    result = linear_probe(feats, labels, feats[:2], torch.tensor([5, 5]))
    assert result['scores'].shape == (2, 6)
    assert result['top1'] == 0


def test_errors():
    feats, labels = make_samples(10, 4, 2, 1.0, seed=0)
    with pytest.raises(ValueError, match=r'one encoder, .*\(10, 4\) and \(10, 3\)'):
        linear_probe(feats, labels, feats[:, :3], labels)
    with pytest.raises(ValueError, match='test features contain NaN or Inf in 10'):
        linear_probe(feats, labels, feats * float('nan'), labels)
    with pytest.raises(ValueError, match='training features contain NaN or Inf in 10'):
        linear_probe(feats * float('nan'), labels, feats, labels)
    with pytest.raises(ValueError, match=r'test labels must be in \[0, 2\)'):
        linear_probe(feats, labels, feats, labels + 1, num_classes=2)
