import pytest
import torch

from projects.synthetic_features.networks import TwoLayerMLP


def test_value_by_hand():
    network = TwoLayerMLP(dict(a=1, b=1), hidden=2, num_classes=1, seed=0)
    with torch.no_grad():
        network.hidden.weight.copy_(torch.tensor([[1.0, 2.0], [-1.0, 0.0]]))
        network.hidden.bias.copy_(torch.tensor([0.5, 0.0]))
        network.classifier.weight.copy_(torch.tensor([[10.0, 1.0]]))
        network.classifier.bias.copy_(torch.tensor([0.25]))
    inputs = dict(b=torch.tensor([[3.0]]), a=torch.tensor([[1.0]]))
    # Hidden: 1 + 6 + 0.5 = 7.5 and relu(-1) = 0; 75 + 0.25.
    assert network(inputs).item() == 75.25


def test_unimodal_network_ignores_the_others():
    network = TwoLayerMLP(dict(b=3), hidden=4, num_classes=2, seed=0)
    b = torch.randn(5, 3)
    assert torch.equal(network(dict(b=b)), network(dict(a=torch.randn(5, 2), b=b)))


def test_seed_alone_decides_the_initialization():
    state = torch.get_rng_state()
    first = TwoLayerMLP(dict(a=3), 4, 2, seed=7)
    assert torch.equal(torch.get_rng_state(), state)
    torch.manual_seed(5)
    again, other = TwoLayerMLP(dict(a=3), 4, 2, 7), TwoLayerMLP(dict(a=3), 4, 2, 8)
    assert torch.equal(first.hidden.weight, again.hidden.weight)
    assert not torch.equal(first.hidden.weight, other.hidden.weight)


def test_missing_modality():
    with pytest.raises(ValueError, match=r"\['b'\] in the inputs, but got \['a'\]"):
        TwoLayerMLP(dict(a=1, b=1), 2, 2, 0)(dict(a=torch.zeros(1, 1)))


def test_no_hidden_unit():
    with pytest.raises(ValueError, match='at least 1 hidden unit.*--hidden.*got 0'):
        TwoLayerMLP(dict(a=1), 0, 2, 0)
