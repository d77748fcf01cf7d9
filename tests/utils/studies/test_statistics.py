"""Differences to the baseline and costs, by hand."""

import pytest
import torch

from mm_laziness.evaluation.predictions import Predictions
from mm_laziness.utils.probing.probe_hits import ProbeHits
from mm_laziness.utils.studies.statistics import (
    add_costs,
    add_probe_significance,
    add_significance,
)


def predictions(*right):
    """Two classes; which of the samples are right."""
    labels = torch.arange(len(right)) % 2
    chosen = torch.where(torch.tensor(right), labels, 1 - labels)
    return Predictions(torch.eye(2)[chosen], labels)


def test_differences_by_hand():
    yes, no = [True] * 50, [False] * 50
    own = dict(
        joint=[predictions(*yes, *no), predictions(*yes, *no)],
        umt=[predictions(*yes, *yes), predictions(*yes, *no)],
        same=[predictions(*yes, *no)] * 2,
    )
    results = {name: {} for name in own}
    add_significance(results, own, 'joint')
    umt, same = results['umt'], results['same']
    assert umt['difference'] == pytest.approx(25.0)
    low, high = umt['difference_interval']
    # Seeds are resampled, too: both may be the poor one, or both the good one.
    assert low == 0.0 and 45 < high <= 65
    assert 0 < umt['p_value'] <= 1 and umt['baseline'] == 'joint'
    assert (same['difference'], same['p_value']) == (0.0, 1.0)
    assert same['difference_interval'] == [0.0, 0.0]
    low, high = results['joint']['top1_interval']
    assert 38 < low < 50 < high < 62
    assert 'difference' not in results['joint']


def test_without_a_baseline_there_are_intervals_alone():
    results = dict(a={}, b={})
    add_significance(results, dict(a=[predictions(True, False)], b=[]), 'joint')
    assert list(results['a']) == ['top1_interval'] and results['b'] == {}


def hits(**right):
    bools = {m: torch.tensor(own) == 1 for m, own in right.items()}
    labels = torch.zeros(len(next(iter(bools.values()))), dtype=torch.long)
    return ProbeHits(labels, bools)


def test_laziness_by_hand():
    half, most = [1, 0] * 50, [1, 1, 1, 0] * 25
    own = dict(
        rgb=[hits(rgb=most)],
        joint=[hits(rgb=half, audio=half)],
        ume=[hits(rgb=most)],
        rgb_frozen=[hits(rgb=most)],
    )
    results = {
        m: dict(probe_top1=dict.fromkeys(seeds[0].right, 1.0))
        for m, seeds in own.items()
    }
    add_probe_significance(results, own, ['rgb', 'joint', 'lost'])
    joint = results['joint']
    # Right where the other is, and wrong in a quarter of the samples where it is not.
    assert joint['probe_difference'] == dict(rgb=-25.0)
    low, high = joint['probe_difference_interval']['rgb']
    assert -36 < low < -30 and -20 < high < -14
    assert joint['probe_p_value']['rgb'] < 0.001
    assert list(joint['probe_interval']) == ['rgb', 'audio']
    low, high = results['rgb']['probe_interval']['rgb']
    assert 63 < low < 70 and 80 < high < 87
    for name in ('rgb', 'ume', 'rgb_frozen'):
        assert list(results[name]) == ['probe_top1', 'probe_interval']


def test_seeds_of_encoders_are_drawn_too():
    good, poor = hits(rgb=[1] * 40), hits(rgb=[0] * 40)
    own = dict(rgb=[good], joint=[good, poor])
    results = {m: dict(probe_top1=dict(rgb=1.0)) for m in own}
    results['joint']['probe_top1']['audio'] = 1.0
    own['joint'] = [
        ProbeHits(h.labels, dict(h.right, audio=h.right['rgb'])) for h in own['joint']
    ]
    add_probe_significance(results, own, list(own))
    assert results['joint']['probe_difference'] == dict(rgb=-50.0)
    assert results['joint']['probe_difference_interval'] == dict(rgb=[-100.0, 0.0])
    # Without hits of the encoder trained alone there is nothing to compare with.
    del own['rgb'], results['joint']['probe_difference']
    add_probe_significance(results, own, list(results))
    assert 'probe_difference' not in results['joint']


def test_costs_by_hand():
    seconds = dict(rgb=10.0, audio=5.0, joint=20.0, umt=30.0, kd=8.0)
    results = {name: dict(seconds=value) for name, value in seconds.items()}
    lineages = dict(rgb=[], audio=[], joint=[], umt=['rgb', 'audio'], kd=['lost'])
    add_costs(results, lineages, 'joint')
    assert {m: e['relative_cost'] for m, e in results.items()} == dict(
        rgb=0.5, audio=0.25, joint=1.0, umt=1.5, kd=0.4
    )
    assert results['umt']['relative_cost_with_teachers'] == 2.25
    assert results['joint']['relative_cost_with_teachers'] == 1.0
    assert 'relative_cost_with_teachers' not in results['kd']


def test_no_costs_without_the_baseline():
    results = dict(rgb=dict(seconds=1.0))
    add_costs(results, dict(rgb=[]), 'joint')
    assert results == dict(rgb=dict(seconds=1.0))
