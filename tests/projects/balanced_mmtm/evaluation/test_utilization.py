"""The conditional utilization rate, by hand and against a slow bootstrap."""

import json
from math import isnan

import pytest
import torch

from projects.balanced_mmtm.evaluation.utilization import (
    conditional_utilization,
    utilization_report,
)


def test_value_by_hand():
    full = torch.tensor([1, 1, 1, 1, 0]).bool()
    off = torch.tensor([1, 0, 0, 0, 1]).bool()
    found = conditional_utilization(full, off)
    assert found[:3] == pytest.approx((0.8, 0.4, 0.5))
    assert found.low < 0.5 < found.high <= 1 and found.reason == ''


@pytest.mark.parametrize(
    'full, off, rate',
    [([1, 0], [1, 0], 0.0), ([1, 1], [0, 0], 1.0), ([1, 0], [1, 1], -1)],
)
def test_no_use_nothing_without_and_better_without(full, off, rate):
    found = conditional_utilization(torch.tensor(full), torch.tensor(off))
    assert found.rate == rate
    if rate >= 0:
        assert found.low == found.high == rate


def test_the_interval_is_that_of_the_rate_over_samples():
    generator = torch.Generator().manual_seed(0)
    full = torch.rand(200, generator=generator) < 0.7
    off = full & (torch.rand(200, generator=generator) < 0.6)
    off |= torch.rand(200, generator=generator) < 0.05
    found = conditional_utilization(full, off)
    rates = []
    for _ in range(4000):
        chosen = torch.randint(200, (200,), generator=generator)
        right = full[chosen].sum()
        rates.append((right - off[chosen].sum()) / right)
    slow = torch.stack(rates).quantile(torch.tensor([0.025, 0.975])).tolist()
    assert [found.low, found.high] == pytest.approx(slow, abs=0.015)
    assert conditional_utilization(full, off) == found
    wide = conditional_utilization(full, off, level=0.99)
    assert wide.low < found.low and wide.high > found.high


def test_a_branch_that_gets_nothing_right_has_no_rate():
    found = conditional_utilization(torch.zeros(3), torch.tensor([0, 0, 1]))
    assert found[:2] == (0.0, pytest.approx(1 / 3))
    assert isnan(found.rate) and isnan(found.low) and isnan(found.high)
    assert found.reason == 'the branch gets no sample right'
    # A single right sample is missing in many draws.
    few = conditional_utilization(torch.tensor([1, 0, 0]), torch.tensor([0, 0, 0]))
    assert few[2:5] == (1.0, 1.0, 1.0)


@pytest.mark.parametrize('shapes', [((0,), (0,)), ((3,), (4,)), ((2, 3), (2, 3))])
def test_samples_that_do_not_match(shapes):
    full, off = map(torch.zeros, shapes)
    with pytest.raises(ValueError, match=r'the same samples, at least one.*shapes \('):
        conditional_utilization(full, off)


def test_a_report_that_json_can_hold():
    full = dict(front=torch.tensor([1, 1, 1, 0]), rear=torch.tensor([1, 1, 0, 0]))
    off = dict(front=torch.tensor([1, 0, 0, 0]), rear=torch.tensor([1, 1, 1, 0]))
    report = utilization_report(full, off)
    assert json.loads(json.dumps(report, allow_nan=False)) == report
    assert report['num_test'] == 4 and list(report['branches']) == ['front', 'rear']
    front = report['branches']['front']
    assert (front['full'], front['off']) == (75.0, 25.0)
    assert front['utilization'] == pytest.approx(2 / 3)
    assert report['imbalance'] == pytest.approx(2 / 3 + 1 / 2)
    swapped = utilization_report(dict(reversed(full.items())), off)
    assert swapped['imbalance'] == report['imbalance']
    report = utilization_report(full, off | dict(front=full['front']))
    assert report['branches']['front']['utilization'] == 0
    nothing = utilization_report(full | dict(rear=torch.zeros(4)), off)
    json.dumps(nothing, allow_nan=False)
    rear = nothing['branches']['rear']
    assert rear['utilization'] is rear['interval'] is nothing['imbalance'] is None
    assert 'no sample right' in rear['reason']
