"""Conditional utilization, written and drawn."""

import pytest
import torch
from figurechecks import assert_readable

import mm_laziness  # noqa: F401
from projects.balanced_mmtm.evaluation import utilization_report
from projects.balanced_mmtm.visualization import plot_utilization, utilization_table


@pytest.fixture
def report():
    ten = torch.arange(10)
    return utilization_report(
        dict(front=ten < 8, rear=ten < 5, top=ten < 0),
        dict(front=ten < 4, rear=ten < 6, top=ten < 1),
    )


def test_table(report):
    header, front, rear, top = utilization_table(report).splitlines()
    assert header.split()[:3] == ['branch', 'with', 'others']
    assert front.split()[:4] == ['front', '80.00', '40.00', '0.500']
    assert rear.split()[:4] == ['rear', '50.00', '60.00', '-0.200']
    assert top.endswith('-  the branch gets no sample right')
    assert len({len(line) for line in (header, front, rear, top)}) == 1
    del report['branches']['top']
    report['imbalance'] = 0.7
    last = utilization_table(report).splitlines()[-1]
    assert last == 'largest less smallest utilization: 0.700'


def test_figure(report):
    figure = plot_utilization(report, 'mmtm_guided')
    accuracies, rates = figure.axes
    widths = [round(bar.get_width()) for bar in accuracies.patches]
    assert widths == [80, 40, 50, 60, 0, 10]
    drawn = {
        line.get_label(): line.get_xdata()[0]
        for line in rates.lines
        if line.get_marker() == 'o'
    }
    # The branch that has none has no mark.
    assert drawn == dict(front=pytest.approx(0.5), rear=pytest.approx(-0.2))
    low, high = rates.get_xlim()
    assert low < report['branches']['rear']['interval'][0] and high > 1
    assert figure.get_suptitle().endswith(': mmtm_guided')
    assert_readable(figure)
