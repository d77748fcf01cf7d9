"""The numbers of a study, by hand."""

import pytest

from mm_laziness.utils.studies.results import in_percent, summarize


def test_percent_by_hand():
    metrics = {
        'acc/top1': 0.5,
        'acc/top5': 0.9,
        'acc/mean1': 0.4,
        'acc/rgb_top1': 0.25,
        'acc/average_prob_top1': 0.75,
    }
    assert in_percent(metrics, ['rgb']) == dict(
        top1=50.0, unimodal_top1=dict(rgb=25.0), average_prob=75.0
    )


def test_scores_that_are_no_modalitys():
    metrics = {
        'acc/top1': 0.5,
        'acc/fused_only_top1': 0.75,
        'acc/audio_top1': 0.25,
        'acc/average_view_top1': 0.125,
    }
    # A modality may have any name, and need not be among the metrics.
    assert in_percent(metrics, ['rgb', 'audio', 'average_view']) == dict(
        top1=50.0, unimodal_top1=dict(audio=25.0, average_view=12.5), fused_only=75.0
    )


def test_summary_by_hand():
    cells = [
        dict(top1=50.0, probe_top1=dict(rgb=10.0, audio=20.0), seconds=1.0),
        dict(top1=60.0, probe_top1=dict(rgb=30.0, audio=20.0), seconds=2.0),
    ]
    deviation = 0.5**0.5
    assert summarize(dict(joint=cells, umt=[])) == dict(
        joint=dict(
            top1=55.0,
            probe_top1=dict(rgb=20.0, audio=20.0),
            seconds=1.5,
            std=dict(
                top1=pytest.approx(10 * deviation),
                probe_top1=dict(rgb=pytest.approx(20 * deviation), audio=0.0),
                seconds=pytest.approx(deviation),
            ),
            seeds=dict(
                top1=[50.0, 60.0],
                probe_top1=dict(rgb=[10.0, 30.0], audio=[20.0, 20.0]),
                seconds=[1.0, 2.0],
            ),
        )
    )


def test_one_seed_has_no_deviation():
    assert summarize(dict(a=[dict(top1=1.0)])) == dict(
        a=dict(top1=1.0, seeds=dict(top1=[1.0]))
    )


def test_what_a_seed_lacks_is_left_out():
    zeros = dict(zeros=dict(rgb=5.0))
    cells = [
        dict(top1=1.0, memory=None, missing_top1=dict(zeros, mean=dict(rgb=2.0))),
        dict(top1=3.0, memory=9.0, missing_top1=zeros, extra=4.0),
    ]
    (entry,) = summarize(dict(a=cells)).values()
    assert (entry['top1'], entry['missing_top1']) == (2.0, dict(zeros=dict(rgb=5.0)))
    assert list(entry) == ['top1', 'missing_top1', 'std', 'seeds']
