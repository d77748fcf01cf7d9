"""Segments, clips and crops."""

import pytest
import torch
from torch import nn

from mm_laziness.models.utils import align_views, merge_segments, segments_per_clip


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


def test_views_form_a_clip_whoever_is_absent():
    """2-D encoders share one clip, but not beside a 3-D one, be it there or not."""
    flat = dict(a=nn.Conv2d(1, 1, 1), b=nn.Identity())
    a, b = torch.zeros(1, 4, 1, 2, 2), torch.zeros(1, 2, 1, 2, 2)
    assert segments_per_clip(flat, None, dict(a=a, b=b)) == dict(a=4, b=2)
    assert segments_per_clip(flat, None, dict(b=b)) == dict(b=2)
    deep = dict(flat, a=nn.Conv3d(1, 1, 1))
    assert segments_per_clip(deep, None, dict(a=a[:, :, None], b=b)) == dict(a=1, b=1)
    assert segments_per_clip(deep, None, dict(b=b)) == dict(b=1)
