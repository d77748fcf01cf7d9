import pytest
import torch
from torch.nn import functional as F

from projects.synthetic_features.generator import SyntheticSet, generate, split
from projects.synthetic_features.networks import TwoLayerMLP
from projects.synthetic_features.subspace import fold, in_basis, span_basis
from projects.synthetic_features.training import train_full_batch


@pytest.fixture(scope='module')
def sets():
    data = generate('C', latent=5, widths=(12, 9), delta=0.3, num_samples=200)
    double = {m: x.double() for m, x in data.inputs.items()}
    return split(SyntheticSet(double, data.labels, 3))


def bases_of(train, test):
    return {m: span_basis(train.inputs[m], test.inputs[m]) for m in train.inputs}


def test_basis_is_orthonormal_and_complete(sets):
    for m, q in bases_of(*sets).items():
        assert q.shape[1] == 5
        torch.testing.assert_close(q.T @ q, torch.eye(5).double())
        for data in sets:
            x = data.inputs[m]
            torch.testing.assert_close(x @ q @ q.T, x, atol=1e-6, rtol=0)


def test_span_of_all_inputs():
    x, y = torch.tensor([[2.0, 0.0, 0.0]]), torch.tensor([[0.0, 0.0, 3.0]])
    q = span_basis(x, y)
    torch.testing.assert_close(q @ q.T, torch.diag(torch.tensor([1.0, 0.0, 1.0])))


def test_short_directions_count_and_rounding_does_not():
    x = torch.tensor([[1.0, 0.0, 0.0], [0.0, 1e-4, 0.0], [0.0, 0.0, 1e-7]])
    q = span_basis(x)
    torch.testing.assert_close(q @ q.T, torch.diag(torch.tensor([1.0, 1.0, 0.0])))


def test_training_is_the_same_step_for_step(sets):
    train, test = sets
    bases = bases_of(train, test)
    small = in_basis(train, bases), in_basis(test, bases)
    histories = []
    for (own_train, own_test), folded in ((sets, False), (small, True)):
        network = TwoLayerMLP(dict(first=12, second=9), 20, 3, seed=0).double()
        if folded:
            fold(network.hidden, *bases.values())
            assert network.hidden.weight.shape == (20, 10)
        losses = []

        def loss(network=network, data=own_train, losses=losses):
            value = F.cross_entropy(network(data.inputs), data.labels)
            losses.append(value.item())
            return value

        train_full_batch(loss, network.parameters(), steps=200)
        histories.append((torch.tensor(losses), network(own_test.inputs)))
    # The inputs leave their span by the rounding of float32.
    torch.testing.assert_close(histories[0][0], histories[1][0], atol=1e-6, rtol=0)
    torch.testing.assert_close(histories[0][1], histories[1][1], atol=1e-4, rtol=0)
    # And it did train.
    assert histories[0][0][-1] < 0.7 * histories[0][0][0]


def test_layer_of_another_width():
    with pytest.raises(ValueError, match='4 inputs does not fit bases of 3'):
        fold(torch.nn.Linear(4, 2), torch.eye(3))
