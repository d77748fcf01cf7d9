"""A data set whose parts do not agree is refused."""

import pytest

from mm_laziness.datasets.preparation import Clip, Preparation
from mm_laziness.datasets.preparation.clips import partner


@pytest.mark.parametrize(
    ('change', 'text'),
    [
        (dict(kinds=dict(audio='sound')), "must name the sources of folders, .'rgb'"),
        (dict(clock='audio'), "clock 'audio' must name the sources"),
        (dict(kinds=dict(rgb='film')), r"but got \['film'\]"),
        (dict(kinds=dict(rgb='frames')), 'templates must say how'),
        (dict(splits=dict(a=[Clip(0, dict(x='y'))])), "a, clip 1: sources are .'x'"),
        (dict(splits=dict(a=[Clip(1, dict(rgb='y'))])), 'label 1 is not one of 1'),
        (dict(splits=dict(a=[Clip(-1, dict(rgb='y'))])), 'label -1 is not'),
    ],
)
def test_errors(change, text):
    settings = dict(
        name='Set',
        root='.',
        classes=['a'],
        splits={},
        folders=dict(rgb=''),
        kinds=dict(rgb='video'),
        published={},
        config='',
        clock='rgb',
    )
    with pytest.raises(ValueError, match=text):
        Preparation(**(settings | change))


def test_partner_shares_the_suffix():
    splits = dict.fromkeys(['train', 'test', 'train_split1', 'test_split1'])
    assert partner('train_split1', 'test', splits) == 'test_split1'
    assert partner('train', 'test', splits) == 'test'
    assert partner('train', 'val', splits) is None
    assert partner('test', 'val', splits) is None
