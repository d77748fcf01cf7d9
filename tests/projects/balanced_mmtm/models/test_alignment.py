"""Views of all modalities, brought together before the encoders."""

import pytest
import torch

from mm_laziness.models.utils import align_views, merge_segments
from projects.balanced_mmtm.models.alignment import align_inputs


def views(**counts):
    """Two samples; an input's value tells sample and view."""
    return {
        name: (100 * torch.arange(2)[:, None] + torch.arange(count)).float()[..., None]
        for name, count in counts.items()
    }


def test_rows_by_hand():
    # Two clips of three frames each, and a sound for each clip.
    rows, together = align_inputs(views(rgb=6, audio=2), dict(rgb=3, audio=1))
    assert together == 3
    assert rows['rgb'].flatten()[:6].tolist() == [0, 1, 2, 3, 4, 5]
    assert rows['audio'].flatten().tolist() == [
        *(0, 0, 0, 1, 1, 1),
        *(100, 100, 100, 101, 101, 101),
    ]


@pytest.mark.parametrize(
    'counts, segments',
    [
        (dict(a=6, b=2), dict(a=1, b=1)),
        (dict(a=6, b=2, c=3), dict(a=6, b=2, c=3)),
        (dict(a=6, b=2), dict(a=3, b=1)),
        (dict(a=1, b=1), dict(a=1, b=1)),
    ],
)
def test_encoders_without_exchange_would_give_what_late_fusion_gives(counts, segments):
    inputs = views(**counts)
    expected = align_views(
        {m: merge_segments(value, segments[m], m) for m, value in inputs.items()}
    )
    rows, together = align_inputs(inputs, segments)
    for name, value in rows.items():
        merged = merge_segments(value.unflatten(0, (2, -1)), together, name)
        torch.testing.assert_close(merged.flatten(0, 1), expected[name])


@pytest.mark.parametrize(
    'counts, segments',
    [
        (dict(a=4, b=2), dict(a=3, b=1)),
        (dict(a=3, b=2), dict(a=1, b=1)),
        (dict(a=3, b=2), dict(a=3, b=2)),
        # Fewer views than one clip has.
        (dict(a=1, b=2), dict(a=2, b=2)),
    ],
)
def test_views_that_do_not_fit(counts, segments):
    with pytest.raises(ValueError, match=r'views per sample.*num_clips'):
        align_inputs(views(**counts), segments)
