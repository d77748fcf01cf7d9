"""Differences to the baseline and costs, by hand."""

import pytest
import torch

from mm_laziness.evaluation.predictions import Predictions
from mm_laziness.utils.studies.statistics import add_costs, add_significance


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
