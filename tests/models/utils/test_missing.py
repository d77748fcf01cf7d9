"""Stand-ins for the features of missing modalities."""

import pytest
import torch

from mm_laziness.models.utils import MissingModalities


def test_stand_ins_fill_in_the_models_order():
    missing = MissingModalities(('rgb',), dict(rgb=torch.tensor([1.0, 2.0])))
    feats = dict(audio=torch.zeros(3, 4, 1), rgb=torch.full((3, 1, 2), 9.0))
    filled = missing.fill(feats, ('rgb', 'audio'))
    assert list(filled) == ['rgb', 'audio']
    # One view, which is repeated like a sound; what had been read does not count.
    assert filled['rgb'].tolist() == [[[1.0, 2.0]]] * 3
    assert filled['audio'] is feats['audio']


def test_stand_ins_take_the_type_of_the_others():
    missing = MissingModalities(('b',), dict(b=torch.ones(2)))
    filled = missing.fill(dict(a=torch.zeros(1, 1, 2, dtype=torch.bfloat16)), 'ab')
    assert filled['b'].dtype == torch.bfloat16


def test_without_stand_ins_only_the_others_are_left():
    feats = dict(a=torch.zeros(1, 1, 2), b=torch.zeros(1, 1, 3))
    missing = MissingModalities(('a',))
    assert list(missing.fill(feats, ('a', 'b'))) == ['b']
    assert missing.remaining(dict(a=1, b=2, c=3)) == dict(b=2, c=3)


def test_what_is_not_declared_missing_is_asked_for():
    missing = MissingModalities(('a',))
    with pytest.raises(ValueError, match=r"\['c'\] are not declared missing.*\['b'\]"):
        missing.fill(dict(b=torch.zeros(1, 1, 2)), ('a', 'b', 'c'))
