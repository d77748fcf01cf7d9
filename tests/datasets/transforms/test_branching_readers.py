"""Whatever reads a video, the branches of a sample show the same moments."""

import numpy as np
import pytest
from avdata import build, pipeline
from media import write_flow, write_video

FORMAT = dict(type='FormatShape', input_format='NCHW')
DECORD = [dict(type='DecordDecode'), FORMAT]
LEVELS = 15 * np.arange(16, dtype=np.uint8)[:, None, None, None]
FRAMES = np.broadcast_to(LEVELS, (16, 32, 32, 3))


def shown(dataset, name):
    values = dataset[0]['inputs'][name][:, 0, 0, 0].int()
    return ((values + 7) // 15).tolist()


@pytest.mark.parametrize('reader', ['Decord', 'PyAV', 'OpenCV'])
def test_a_video_of_another_rate_follows_in_seconds(tmp_path, reader):
    write_video(tmp_path / 'a.mp4', FRAMES, 8)
    write_video(tmp_path / 'slow.mp4', FRAMES[::2], 4)
    (tmp_path / 'list.csv').write_text('label,rgb,rear\n0,a.mp4,slow.mp4\n')
    rear = [dict(type=f'{reader}Init'), dict(type=f'{reader}Decode'), FORMAT]
    sampler = dict(type='SampleFrames', clip_len=1, num_clips=4, test_mode=True)
    dataset = build(
        tmp_path,
        'list.csv',
        pipeline=pipeline(
            dict(rgb=DECORD, rear=rear), [dict(type='DecordInit'), sampler]
        ),
    )
    assert shown(dataset, 'rgb') == [2, 6, 10, 14]
    assert shown(dataset, 'rear') == [2, 6, 10, 14]


@pytest.mark.parametrize('start', [None, 1])
@pytest.mark.parametrize('reader', ['Decord', 'PyAV', 'OpenCV', 'cached'])
def test_readers_count_from_zero_whatever_the_annotation_counts(
    tmp_path, reader, start
):
    write_video(tmp_path / 'a.mp4', FRAMES, 8)
    write_flow(tmp_path / 'a', FRAMES[..., :2])
    row = 'label,rgb,flow,total_frames\n0,a.mp4,a,16\n'
    (tmp_path / 'list.csv').write_text(row)
    kind = 'Decord' if reader == 'cached' else reader
    branches = dict(
        rgb=[dict(type=f'{kind}Decode'), FORMAT],
        flow=[dict(type='RawFrameDecode'), FORMAT],
    )
    sampler = dict(type='SampleFrames', clip_len=1, num_clips=16, test_mode=True)
    dataset = build(
        tmp_path,
        'list.csv',
        pipeline=pipeline(branches, [dict(type=f'{kind}Init'), sampler]),
        filename_tmpl=dict(flow='flow_{}_{:05}.png'),
        start_index=start,
        cache=str(tmp_path / 'cache') if reader == 'cached' else None,
    )
    for name in branches:
        assert shown(dataset, name) == list(range(16))
