import pytest
import torch

from projects.synthetic_features.training import train_full_batch


def parameter(value=1.0):
    return torch.nn.Parameter(torch.tensor(value))


def test_two_steps_by_hand():
    w = parameter()
    # Gradient 2w: 1 - 0.2 * 2 = 0.6, then 0.36.
    assert train_full_batch(lambda: w**2, [w], steps=2) == 2
    assert w.item() == pytest.approx(0.36)


def test_callbacks_around_each_update():
    w, seen = parameter(), []

    def halve(step):
        seen.append(('before', step, w.item()))
        w.grad.mul_(0.5)

    train_full_batch(
        lambda: w**2,
        [w],
        steps=2,
        lr=0.5,
        before_step=halve,
        after_step=lambda step: seen.append(('after', step, w.item())),
    )
    assert seen == [
        ('before', 0, 1.0),
        ('after', 0, 0.5),
        ('before', 1, 0.5),
        ('after', 1, 0.25),
    ]


def test_ends_below_a_loss():
    w = parameter()
    # Losses 1, 0.36, 0.1296: the third is below 0.2, and no step follows it.
    assert train_full_batch(lambda: w**2, [w], steps=9, stop_below=0.2) == 2
    assert w.item() == pytest.approx(0.36)


def test_a_loss_of_zero_is_not_below_zero():
    w = parameter(0.0)
    assert train_full_batch(lambda: w**2, [w], steps=3) == 3


@pytest.mark.parametrize('bad', ['nan', 'inf'])
def test_loss_that_is_not_finite(bad):
    w = parameter()
    with pytest.raises(ValueError, match=rf'loss is {bad} in step 0.*--lr, now 0.2'):
        train_full_batch(lambda: w * float(bad), [w], steps=3)


def test_no_steps():
    with pytest.raises(
        ValueError, match=r'steps \(--steps\) must be at least 1, but is 0'
    ):
        train_full_batch(lambda: parameter(), [parameter()], steps=0)


def test_same_steps_as_torch_s_sgd():
    first, other = (torch.nn.Linear(3, 2), torch.nn.Linear(3, 2))
    other.load_state_dict(first.state_dict())
    unused = torch.nn.Parameter(torch.ones(2))
    x, y = torch.randn(8, 3), torch.randn(8, 2)
    optimizer = torch.optim.SGD(other.parameters(), lr=0.3)
    for _ in range(5):
        optimizer.zero_grad()
        ((other(x) - y) ** 2).mean().backward()
        optimizer.step()
    train_full_batch(
        lambda: ((first(x) - y) ** 2).mean(),
        [*first.parameters(), unused],
        steps=5,
        lr=0.3,
    )
    for one, two in zip(first.parameters(), other.parameters(), strict=True):
        assert torch.equal(one, two)
    assert unused.tolist() == [1, 1]


@pytest.mark.parametrize('lr', [-0.1, float('nan')])
def test_no_learning_rate(lr):
    with pytest.raises(ValueError, match=r'\(--lr\) must not be negative, but is'):
        train_full_batch(lambda: parameter(), [parameter()], steps=1, lr=lr)
