"""The clock: which moments a frame sampler chose."""

import numpy as np
import pytest
from mmaction.registry import TRANSFORMS

from mm_laziness.datasets.transforms.clock import frame_times


def test_segment_by_hand():
    trim = TRANSFORMS.build(dict(type='TrimToSegment'))
    sample = dict(start_index=1, total_frames=40, avg_fps=10.0, start=2.0, end=3.0)
    results = trim(sample)
    # Frames 20 to 29, whose files are numbered from 21.
    assert (results['start_index'], results['total_frames']) == (21, 10)
    results.update(frame_inds=np.array([21, 25, 30]), clip_len=3)
    np.testing.assert_allclose(frame_times(results), [[2.0, 2.4, 2.9]])
    # The loop stays inside the segment.
    results['frame_inds'] = np.array([29, 30, 21])
    np.testing.assert_allclose(frame_times(results), [[2.8, 2.9, 3.0]])


def test_unknown_frame_rate():
    results = dict(frame_inds=np.array([0]), clip_len=1, start_index=0, total_frames=5)
    with pytest.raises(ValueError, match='frame rate is not known'):
        frame_times(results)
