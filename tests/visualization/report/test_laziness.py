from math import sqrt

import pytest

from mm_laziness.visualization.report.data import ReportData
from mm_laziness.visualization.report.laziness import laziness_of


def study(joint=40.0, **parts):
    results = dict(
        rgb=dict(top1=60.0, probe_top1=dict(rgb=60.0)),
        joint=dict(top1=80.0, probe_top1=dict(rgb=joint, audio=70.0)),
        ogm=dict(top1=80.0, probe_top1=dict(rgb=30.0, audio=70.0)),
    )
    return ReportData('', results, **parts)


def test_gap_and_its_bounds_by_hand():
    # No encoder of sound was trained alone: nothing to say of it.
    (lazy,) = laziness_of(study(guidance=dict(num_val=96)))
    assert (lazy.modality, lazy.method, lazy.gap) == ('rgb', 'joint', -20.0)
    # Both variances are .4 * .6, their sum over 96 samples is .005.
    margin = 100 * 1.96 * sqrt(0.005)
    assert lazy.low == pytest.approx(-20 - margin)
    assert lazy.high == pytest.approx(-20 + margin)
    assert lazy.finding == 'lazy'
    assert lazy.why == 'up to 13.9 points may be chance on 96 clips'


def test_few_samples_prove_nothing():
    (lazy,) = laziness_of(study(guidance=dict(num_val=20)))
    assert lazy.finding == 'not clearly lazy'
    # The classes' counts are those of the test set itself.
    data = study(guidance=dict(num_val=20), classes=dict(counts=[500, 500]))
    (lazy,) = laziness_of(data)
    assert lazy.finding == 'lazy' and '1000 clips' in lazy.why


def test_seeds():
    data = study()
    data.results['rgb']['seeds'] = dict(probe_top1=dict(rgb=[58.0, 62.0]))
    data.results['joint']['seeds'] = dict(probe_top1=dict(rgb=[40.0, 40.0]))
    (lazy,) = laziness_of(data)
    assert (lazy.low, lazy.high) == (-22.0, -18.0)
    assert lazy.why == 'between −22.0 and −18.0 over 2 seeds'
    data.results['joint']['seeds'] = dict(probe_top1=dict(rgb=[18.0, 62.0]))
    (lazy,) = laziness_of(data)
    assert lazy.finding == 'not clearly lazy'


def test_nothing_known_of_chance():
    (lazy,) = laziness_of(study())
    assert lazy.low is lazy.high is None and lazy.finding == 'lazy'
    assert 'not measured' in lazy.why
    (lazy,) = laziness_of(study(joint=65.0))
    assert lazy.finding == 'not lazy'


def test_without_a_baseline_the_laziest_is_judged():
    data = study()
    del data.results['joint']
    (lazy,) = laziness_of(data)
    assert lazy.method == 'ogm'
    # One that reuses encoders has none of its own.
    assert laziness_of(study(laziness_methods=['ogm']))[0].method == 'ogm'
    assert laziness_of(ReportData('', dict(a=dict(top1=1.0)))) == []
