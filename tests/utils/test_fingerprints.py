import copy

import pytest
import torch
from mmengine.config import Config
from torch import nn

from mm_laziness.utils.fingerprints import fingerprint_of_data, fingerprint_of_weights


def test_weights_of_any_type():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3)).to(torch.bfloat16)
    twin = copy.deepcopy(model)
    known = fingerprint_of_weights(model)
    assert len(known) == 16 and fingerprint_of_weights(twin) == known
    twin[1].num_batches_tracked += 1
    assert fingerprint_of_weights(twin) != known
    # The same numbers in another place are another model.
    other = nn.Sequential(nn.Identity(), nn.Linear(2, 3)).to(torch.bfloat16)
    other[1].load_state_dict(model[0].state_dict())
    alone = nn.Sequential(model[0])
    assert fingerprint_of_weights(other) != fingerprint_of_weights(alone)


def loader(**settings):
    dataset = dict(type='D', ann_file='a.txt', pipeline=[dict(type='T', n=1)])
    return Config(dict(batch_size=2, dataset=dict(dataset, **settings)))


@pytest.mark.parametrize(
    'settings', [dict(ann_file='b.txt'), dict(pipeline=[]), dict(indices=3)]
)
def test_other_data(settings):
    assert fingerprint_of_data(loader(**settings)) != fingerprint_of_data(loader())


def test_how_data_are_read_is_no_matter():
    known = fingerprint_of_data(loader())
    assert fingerprint_of_data(loader(missing=['a'], cache='c')) == known
    assert fingerprint_of_data(Config(dict(loader(), batch_size=9))) == known
    shuffled = dict(reversed(loader().dataset.items()))
    assert fingerprint_of_data(dict(dataset=shuffled)) == known
    assert fingerprint_of_data(loader(), loader()) != known
