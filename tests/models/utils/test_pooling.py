"""Whatever a backbone returns becomes one vector per clip."""

import pytest
import torch

from mm_laziness.models.utils import pool_features


@pytest.mark.parametrize('shape', [(2, 3), (2, 3, 4, 5), (2, 3, 2, 4, 5)])
def test_maps_are_averaged(shape):
    maps = torch.randn(shape)
    expected = maps.reshape(2, 3, -1).mean(dim=-1)
    torch.testing.assert_close(pool_features(maps), expected)


def test_tokens_are_averaged_over_their_length():
    tokens = torch.arange(12.0).reshape(1, 4, 3)
    # Columns 0, 3, 6, 9 have the mean 4.5.
    assert pool_features(tokens).tolist() == [[4.5, 5.5, 6.5]]


def test_pathways_are_concatenated():
    slow, fast = torch.ones(2, 4, 2, 3, 3), torch.zeros(2, 1, 8, 3, 3)
    assert pool_features((slow, fast)).tolist() == [[1, 1, 1, 1, 0]] * 2


def test_class_token_of_a_pair():
    pair = [torch.zeros(2, 3, 2, 2, 2), torch.ones(2, 3)]
    assert pool_features([pair]).tolist() == [[1, 1, 1]] * 2


@pytest.mark.parametrize('outputs', [torch.zeros(3), torch.zeros(1, 1, 1, 1, 1, 1), ()])
def test_other_outputs_are_refused(outputs):
    with pytest.raises(ValueError, match='encoder'):
        pool_features(outputs)
