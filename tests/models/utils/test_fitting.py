import pytest
import torch
from torch import nn

from mm_laziness.models.utils import check_fit


@pytest.fixture
def state():
    return nn.BatchNorm1d(2).state_dict()


def check(state, **kwargs):
    check_fit(nn.BatchNorm1d(2), state, 'a.pth', 'the layer', **kwargs)


def test_other_tensors_are_refused_or_let_be(state):
    check(state)
    state['other'] = torch.zeros(1)
    check(state, leftovers=True)
    with pytest.raises(ValueError, match=r"a.pth does not fit the layer.*\['other'\]"):
        check(state)


@pytest.mark.parametrize('leftovers', [False, True])
def test_missing_and_misshapen_tensors_are_always_refused(state, leftovers):
    # Old checkpoints have no such counter.
    del state['num_batches_tracked']
    check(state, leftovers=leftovers)
    state['bias'] = torch.zeros(3)
    with pytest.raises(ValueError, match=r'bias \(3,\) for \(2,\)'):
        check(state, leftovers=leftovers)
    del state['bias']
    with pytest.raises(ValueError, match=r"1 of 5 tensors are missing \['bias'\]"):
        check(state, leftovers=leftovers)
