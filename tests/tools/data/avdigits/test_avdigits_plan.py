"""Labels, and what they promise about picture and sound."""

from collections import Counter

import numpy as np
from plan import VARIANTS, Clip, plan_clips


def test_uni_shows_and_says_its_label():
    clips = plan_clips('uni', seed=0)
    assert Counter(clip.split for clip in clips) == {'train': 800, 'test': 500}
    assert all(clip.seen == clip.heard == clip.label for clip in clips)
    train = Counter(clip.label for clip in clips if clip.split == 'train')
    assert train == dict.fromkeys(range(10), 80)
    assert VARIANTS['uni'].classes[7] == 'seven'


def test_paired_labels_are_sums_or_digits():
    clips = plan_clips('paired', seed=0)
    assert Counter(clip.split for clip in clips) == {'train': 1200, 'test': 500}
    classes = VARIANTS['paired'].classes
    assert len(classes) == 11
    for clip in clips:
        if clip.label < 3:
            assert {clip.seen, clip.heard} <= {0, 1}
            assert clip.label == clip.seen + clip.heard
            assert classes[clip.label] == f'sum {clip.label}'
        else:
            assert clip.seen == clip.heard == clip.label - 1
    assert (classes[3], classes[10]) == ('two', 'nine')
    for split, total in (('train', 1200), ('test', 500)):
        sums = sum(clip.label < 3 for clip in clips if clip.split == split)
        assert sums == 0.4 * total


def test_digits_of_a_sum_are_independent():
    clips = plan_clips('paired', seed=0)
    pairs = Counter((clip.seen, clip.heard) for clip in clips if clip.label < 3)
    # 40 % of 1700 clips, the same number of each: the table has rank one.
    assert pairs == {(0, 0): 170, (0, 1): 170, (1, 0): 170, (1, 1): 170}


def test_single_digits_of_paired_are_balanced():
    clips = plan_clips('paired', seed=0, test=1)
    train = Counter(clip.label for clip in clips if clip.split == 'train')
    assert [train[label] for label in range(3, 11)] == [90] * 8


def test_counts_shrink_without_changing_clips():
    assert plan_clips('uni', 0, 3, 2) == [
        clip for clip in plan_clips('uni', 0) if clip.path in PATHS
    ]


PATHS = {f'train/{index:05d}.mp4' for index in range(3)}
PATHS |= {f'test/{index:05d}.mp4' for index in range(2)}


def test_each_clip_has_its_own_random_stream():
    def draws(seed, variant, split, index):
        return Clip(seed, variant, split, index, 0, 0, 0).rng().random(4)

    base = draws(0, 'uni', 'train', 0)
    np.testing.assert_array_equal(base, draws(0, 'uni', 'train', 0))
    for other in (
        (1, 'uni', 'train', 0),
        (0, 'paired', 'train', 0),
        (0, 'uni', 'test', 0),
        (0, 'uni', 'train', 1),
    ):
        assert (draws(*other) != base).all()
