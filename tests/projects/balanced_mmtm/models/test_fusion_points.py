"""Where units act, and on how many channels."""

import pytest
from torch import nn

from projects.balanced_mmtm.models.fusion_points import fusion_points, fusion_widths
from projects.balanced_mmtm.models.stages import Stage


def stages(*channels):
    return [
        Stage((nn.ReLU() if width is None else nn.Conv1d(1, width, 1),))
        for width in channels
    ]


STAGES = dict(rgb=stages(2, 4, None), audio=stages(8, 16, 32))


def test_points_and_widths():
    points = fusion_points(dict(audio=(2, 3), rgb=(1, 2)), STAGES)
    assert points == dict(rgb=[1, 2], audio=[2, 3]) and list(points) == list(STAGES)
    assert fusion_widths(points, STAGES) == [
        dict(rgb=2, audio=16),
        dict(rgb=4, audio=32),
    ]


def test_widths_may_be_given():
    points = fusion_points([3], STAGES)
    assert fusion_widths(points, STAGES, dict(rgb=[5])) == [dict(rgb=5, audio=32)]
    with pytest.raises(
        ValueError, match=r"stage 3 of 'rgb'.*fusion_channels=dict\(rgb"
    ):
        fusion_widths(points, STAGES)
    with pytest.raises(ValueError, match=r"fusion_channels has \{'rgb': 2, 'audio': 1"):
        fusion_widths(points, STAGES, dict(rgb=[5, 5]))
    with pytest.raises(ValueError, match='flow'):
        fusion_widths(points, STAGES, dict(flow=[5]))


@pytest.mark.parametrize(
    'numbers, message',
    [
        (2, r'write \[2\]'),
        (dict(rgb=[1], audio=2), r'write \[2\]'),
        ([], r"'rgb' must be increasing.*are \[\]"),
        ([0, 1], 'stages 1 to 3'),
        ([2, 4], 'stages 1 to 3'),
        ([2, 2], 'increasing'),
        ([2, 1], 'increasing'),
        (dict(rgb=[1]), 'audio'),
        (dict(rgb=[1], audio=[1], flow=[1]), 'flow'),
        (dict(rgb=[1, 2], audio=[1]), r"fusion_stages has \{'rgb': 2, 'audio': 1\}"),
    ],
)
def test_unusable_points(numbers, message):
    with pytest.raises(ValueError, match=message):
        fusion_points(numbers, STAGES)
