"""Validation splits that are cut from training."""

from collections import Counter

import pytest

from mm_laziness.datasets.preparation import Clip, Preparation
from mm_laziness.datasets.preparation.validation import cut_validation


def make(**splits):
    return Preparation(
        name='set',
        root='.',
        classes=['a', 'b'],
        splits=splits,
        folders={'rgb': ''},
        kinds={'rgb': 'video'},
        published={},
        config='',
        clock='rgb',
    )


def clips(count, label, segments=1):
    return [
        Clip(label, {'rgb': f'{label}{index}.mp4'}, float(part), part + 1.0)
        for index in range(count)
        for part in range(segments)
    ]


def names(found):
    return [clip.sources['rgb'] for clip in found]


def test_each_class_gives_its_share_and_order_stays():
    train = [*clips(40, 0), *clips(10, 1)]
    splits = cut_validation(make(train=train, test=clips(3, 0)), 0.1)
    assert list(splits) == ['train', 'val', 'test']
    assert Counter(clip.label for clip in splits['val']) == {0: 4, 1: 1}
    assert sorted(names(splits['train'] + splits['val'])) == sorted(names(train))
    assert names(splits['train']) == [
        n for n in names(train) if n not in names(splits['val'])
    ]
    assert splits['test'] == clips(3, 0)


def test_the_seed_decides_and_the_order_of_the_list_does_not():
    def val(train, seed):
        return sorted(names(cut_validation(make(train=train), 0.2, seed)['val']))

    train = clips(50, 0)
    assert val(train, 0) == val(train[::-1], 0) != val(train, 1)


def test_segments_of_a_file_stay_together():
    splits = cut_validation(make(train=clips(10, 0, segments=3)), 0.3)
    assert not set(names(splits['train'])) & set(names(splits['val']))
    assert len(splits['val']) == 9


def test_a_class_is_never_taken_whole():
    splits = cut_validation(make(train=[*clips(1, 0), *clips(4, 1)]), 0.9)
    assert {clip.label for clip in splits['train']} == {0, 1}


def test_splits_with_a_suffix():
    splits = cut_validation(make(train_split1=clips(10, 0), test_split1=[]), 0.5)
    assert len(splits['val_split1']) == 5


@pytest.mark.parametrize(
    ('fraction', 'splits', 'text'),
    [
        (1.0, dict(train=clips(2, 0)), r'must be in \[0, 1\)'),
        (0.1, dict(train=clips(2, 0), val=clips(1, 0)), 'has its own, val'),
        (0.1, dict(test=clips(2, 0)), 'is for training'),
    ],
)
def test_errors(fraction, splits, text):
    with pytest.raises(ValueError, match=text):
        cut_validation(make(**splits), fraction)
