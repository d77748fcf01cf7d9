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


def paired(low, high, **more):
    """One whose accuracies alone would say otherwise."""
    data = study(joint=59.0, guidance=dict(num_val=20))
    data.results['joint'].update(
        probe_difference=dict(rgb=-4.2),
        probe_difference_interval=dict(rgb=[low, high]),
        **more,
    )
    return data


def test_paired_numbers_go_before():
    (lazy,) = laziness_of(paired(-9.4, 1.0, probe_p_value=dict(rgb=0.123)))
    assert (lazy.low, lazy.high) == (-9.4, 1.0)
    assert lazy.gap == pytest.approx(-4.2) and lazy.alone == pytest.approx(63.2)
    assert lazy.finding == 'not clearly lazy'
    assert lazy.why == '95 % interval −9.4 to +1.0, clip by clip, p = 0.1'
    (lazy,) = laziness_of(paired(-9.4, -0.2))
    assert lazy.finding == 'lazy'
    assert laziness_of(paired(-9.4, 0.0))[0].finding == 'not clearly lazy'


@pytest.mark.parametrize(
    'seeds, words', [([40.0], 'clip by clip, one seed'), ([3.0, 4.0], 'over 2 seeds')]
)
def test_paired_numbers_over_seeds(seeds, words):
    data = paired(-9.4, 1.0, seeds=dict(probe_top1=dict(rgb=seeds)))
    data.results['rgb']['seeds'] = dict(probe_top1=dict(rgb=seeds))
    (lazy,) = laziness_of(data)
    assert lazy.why.endswith(words) and lazy.low == -9.4


def test_an_encoder_trained_alone_elsewhere():
    data = paired(-9.4, -1.0)
    del data.results['rgb']
    (lazy,) = laziness_of(data)
    assert (lazy.method, lazy.finding) == ('joint', 'lazy')


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
