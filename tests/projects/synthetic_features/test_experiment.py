import pytest
import torch

from projects.synthetic_features import experiment
from projects.synthetic_features.experiment import networks_of, train_network
from projects.synthetic_features.generator import SyntheticSet, generate, split

SETTINGS = dict(hidden=dict(multimodal=60, unimodal=30), lr=0.2)


def sets(name, latent=3, num_samples=500):
    sizes = dict(latent=latent, widths=(16, 12), delta=0.3, num_samples=num_samples)
    return split(generate(name, **sizes))


def test_paired_features_need_both_modalities():
    train, test = sets('B')
    top1 = {
        name: train_network(name, train, test, seed=0, steps=200, **SETTINGS)['top1']
        for name in networks_of(list(train.inputs))
    }
    assert list(top1) == ['first', 'second', 'multimodal']
    # Half of 100 samples, within three standard deviations of a fair coin.
    assert 35 < top1['first'] < 65
    assert 35 < top1['second'] < 65
    assert top1['multimodal'] > 90


def test_unimodal_network_knows_class_0_of_c_only():
    train, test = sets('C', latent=8, num_samples=900)
    result = train_network('first', train, test, seed=0, steps=150, **SETTINGS)
    counts = torch.tensor(result['confusion']).double()
    assert counts.sum() == 180
    assert result['top1'] == pytest.approx(100 * (counts.trace() / 180).item())
    recalls = counts.diagonal() / counts.sum(dim=1)
    assert recalls[0] > 0.95
    # Classes 1 and 2 are told from class 0, but not from each other.
    assert counts[1:, 0].sum() < 0.1 * counts[1:].sum()
    assert abs(recalls[1:].mean() - 0.5) < 0.12


def test_ends_once_the_loss_is_small():
    train, test = sets('A')
    rule = dict(steps=500, stop_below=0.1, **SETTINGS)
    result = train_network('first', train, test, seed=0, **rule)
    assert 1 < result['steps'] < 500
    assert result['train_top1'] == 100.0
    assert result['seconds'] > 0


def test_accuracies_by_hand():
    # One step of size 0 trains nothing: the accuracy is the share of the larger score.
    inputs = dict(first=torch.eye(3)[[0, 0, 1, 1]], second=torch.eye(3)[[0, 1, 2, 2]])
    data = SyntheticSet(inputs, torch.tensor([0, 1, 0, 1]), 2)
    same = dict(steps=1, hidden=SETTINGS['hidden'], lr=0.0, seed=0)
    # The first input is the same within each pair of labels 0 and 1.
    result = train_network('first', data, data, **same)
    assert result['top1'] == result['train_top1'] == 50.0


def test_hidden_units_of_each_network(monkeypatch):
    sizes, real = {}, experiment.TwoLayerMLP

    def spy(widths, hidden, num_classes, seed):
        sizes[tuple(widths.items())] = hidden
        return real(widths, hidden, num_classes, seed)

    monkeypatch.setattr(experiment, 'TwoLayerMLP', spy)
    train, test = sets('A', num_samples=100)
    for name in ('second', 'multimodal'):
        train_network(name, train, test, seed=0, steps=1, **SETTINGS)
    assert sizes == {(('second', 12),): 30, (('first', 16), ('second', 12)): 60}


def test_unknown_network():
    train, test = sets('A', num_samples=100)
    with pytest.raises(ValueError, match="'third'.*'first', 'second', 'multimodal'"):
        train_network('third', train, test, seed=0, steps=1, **SETTINGS)
