import pytest

from mm_laziness.visualization import results_table
from mm_laziness.visualization.report.data import ReportData
from mm_laziness.visualization.report.sections_accuracy import (
    accuracy_section,
    accuracy_table,
    baseline_of,
    best_method,
)

RESULTS = {
    'rgb': dict(
        top1=55.04,
        unimodal_top1=dict(rgb=55.04),
        probe_top1=dict(rgb=56.0),
        seconds=12.4,
    ),
    'umt': dict(
        top1=86.0,
        unimodal_top1=dict(rgb=50.0, audio=72.0),
        probe_top1=dict(rgb=57.5, audio=79.0),
        seconds=99.6,
        seeds=dict(
            top1=[84.0, 86.0, 88.0],
            unimodal_top1=dict(rgb=[49.0, 50.0, 51.0], audio=[72.0, 72.0, 72.0]),
        ),
    ),
    'ume': dict(top1=87.0, seeds=dict(top1=[87.0])),
}


def explanation(results):
    _, text, _ = accuracy_section(ReportData('', results)).blocks
    return text.text


def test_table():
    # Deviations over seeds: sqrt(8 / 2) = 2, 1 and 0; one seed has none.
    assert results_table(RESULTS) == (
        '| method | top-1 (%) | rgb top-1 | audio top-1 | rgb probe | audio probe '
        '| seconds |\n'
        '| :-- | --: | --: | --: | --: | --: | --: |\n'
        '| rgb | 55.0 | 55.0 | - | 56.0 | - | 12 |\n'
        '| UMT | 86.0 ± 2.0 | 50.0 ± 1.0 | 72.0 ± 0.0 | 57.5 | 79.0 | 100 |\n'
        '| UME | 87.0 | - | - | - | - | - |\n'
    )
    assert accuracy_table(RESULTS).best == 2
    assert 'over 3 seeds' in explanation(RESULTS)


def test_seconds_over_those_of_joint_training():
    results = dict(
        joint=dict(top1=80.0, seconds=50.0),
        umt=dict(top1=86.0, seconds=99.6),
        ume=dict(top1=87.0),
    )
    assert results_table(results) == (
        '| method | top-1 (%) | seconds | x joint |\n'
        '| :-- | --: | --: | --: |\n'
        '| joint | 80.0 | 50 | 1.00 |\n'
        '| UMT | 86.0 | 100 | 1.99 |\n'
        '| UME | 87.0 | - | - |\n'
    )


def test_significance_memory_and_whole_costs():
    results = dict(
        ogm=dict(
            top1=80.0, std=dict(top1=0.5), memory=812.4, top1_interval=[76.0, 84.0]
        ),
        umt=dict(
            top1=86.0,
            baseline='ogm',
            difference=6.0,
            difference_interval=[-0.5, 9.25],
            p_value=0.0123,
            relative_cost=1.5,
            relative_cost_with_teachers=2.456,
        ),
    )
    assert results_table(results) == (
        '| method | top-1 (%) | 95 % interval | - OGM | p | seconds | x OGM '
        '| x with teachers | MiB |\n'
        '| :-- | --: | --: | --: | --: | --: | --: | --: | --: |\n'
        '| OGM | 80.0 ± 0.5 | [76.0, 84.0] | - | - | - | - | - | 812 |\n'
        '| UMT | 86.0 | - | +6.0 [−0.5, +9.2] | 0.01 | - | 1.50 | 2.46 | - |\n'
    )
    words = explanation(results)
    for column in ('"- OGM"', '"x OGM"', '"x with teachers"', '"MiB"'):
        assert column in words
    assert 'probe' not in words and 'seeds' not in words


def test_baseline():
    assert baseline_of(RESULTS) is None
    assert baseline_of(dict(joint=dict(top1=1))) == 'joint'
    entries = dict(joint=dict(top1=1), umt=dict(top1=1, baseline='gone'))
    assert baseline_of(entries) is None


def test_best():
    assert best_method(dict(a=dict(top1=1), b=dict(top1=2), c=dict(top1=2))) == 'b'
    assert accuracy_table(dict(a=dict(top1=1.0))).best is None


def test_errors():
    with pytest.raises(ValueError, match='no results to show'):
        results_table({})
    with pytest.raises(ValueError, match="'a' lack 'top1'"):
        results_table(dict(a=dict(top1=None)))
