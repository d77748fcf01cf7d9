"""Segments, clips and crops."""

import pytest
import torch

from mm_laziness.models.utils import align_views, merge_segments


def test_segments_of_a_clip_are_averaged():
    feats = torch.tensor([[[0.0], [2.0], [10.0], [20.0]]])
    assert merge_segments(feats, 2, 'rgb').tolist() == [[[1.0], [15.0]]]
    with pytest.raises(ValueError, match='rgb has 4 views.*num_segments = 3'):
        merge_segments(feats, 3, 'rgb')


def test_clips_of_sound_repeat_for_every_crop():
    # Two clips x three crops, crop by crop: clip 0, clip 1, clip 0, clip 1, ...
    pictures = torch.arange(12.0).reshape(2, 6, 1)
    sound = torch.tensor([[[0.0], [1.0]], [[2.0], [3.0]]])
    aligned = align_views(dict(rgb=pictures, audio=sound))
    assert aligned['rgb'].flatten().tolist() == list(range(12))
    assert aligned['audio'].flatten().tolist() == [0, 1] * 3 + [2, 3] * 3


def test_views_that_do_not_divide():
    with pytest.raises(ValueError, match=r"\{'rgb': 6, 'audio': 4\}"):
        align_views(dict(rgb=torch.zeros(1, 6, 2), audio=torch.zeros(1, 4, 2)))
