import pytest
import torch

from projects.synthetic_features.feasibility import acceptance, check, largest_delta

GOOD = dict(latent=50, widths=(200, 100), delta=0.25, num_samples=5000, seed=0)


def test_acceptance_in_three_dimensions_by_hand():
    # Archimedes: the cosine of random directions in space is uniform on (-1, 1).
    assert acceptance(3, 0.25) == pytest.approx(0.75)
    assert acceptance(3, 0.0) == pytest.approx(1.0)


def test_acceptance_in_the_plane_by_hand():
    # |cos| > 0.5 for a third of the angles below 60 degrees of 90: 2 / 3.
    assert acceptance(2, 0.5) == pytest.approx(2 / 3)


def test_acceptance_of_random_vectors():
    torch.manual_seed(0)
    u = torch.nn.functional.normalize(torch.randn(200_000, 50), dim=1)
    share = (u[:, 0].abs() > 0.25).double().mean().item()
    assert acceptance(50, 0.25) == pytest.approx(share, rel=0.03)


def test_good_sizes_pass():
    for name in 'ABC':
        check(name, **GOOD)


@pytest.mark.parametrize(
    ('change', 'words'),
    [
        (dict(name='D'), ["'D'", "['A', 'B', 'C']", '--sets']),
        (dict(latent=1), ['at least 2 dimensions', '--latent', 'have 1']),
        (dict(widths=(3,)), ['2 positive widths', '--widths', '(3,)']),
        (dict(widths=(3, 0)), ['--widths', '(3, 0)']),
        (dict(delta=1.0), ['[0, 1)', '--delta', '1.0']),
        (dict(delta=-0.1), ['[0, 1)', '-0.1']),
        (dict(delta=float('nan')), ['[0, 1)', 'nan']),
        (dict(num_samples=29), ['at least 30', '--num-samples', '29']),
        (dict(seed=-1), ['--seeds', '-1']),
        (dict(seed=2**63), ['--seeds', str(2**63)]),
        (dict(latent=2000), ['2000 dimensions', 'useful time', '--delta to 0.08']),
        (dict(num_samples=10**9), ['--num-samples']),
    ],
)
def test_impossible_sizes(change, words):
    with pytest.raises(ValueError) as error:
        check(**{**dict(name='C'), **GOOD, **change})
    assert all(word in str(error.value) for word in words), error.value


def test_the_proposed_delta_does():
    proposed = largest_delta(50, 5000)
    assert 0.25 < proposed < 0.8
    check('C', **{**GOOD, 'delta': proposed})
    with pytest.raises(ValueError, match=f'to {proposed}'):
        check('C', **{**GOOD, 'delta': proposed + 0.02})
