import pytest
from classreports import large, small

from mm_laziness.visualization.classes import plot_class_gains


def test_bars_sorted_with_their_intervals():
    report = small()
    figure = plot_class_gains(report)
    axes = figure.axes[0]
    assert [bar.get_width() for bar in axes.patches] == pytest.approx([50, -25])
    # Only the first exceeds the sum.
    assert axes.patches[0].get_facecolor() != axes.patches[1].get_facecolor()
    labels = [tick.get_text() for tick in axes.get_yticklabels()]
    assert labels == ['playing harp (10)', 'a|b (4)']
    ends = [list(line.get_xdata()) for line in axes.lines[:2]]
    assert ends == [row['gain_interval'] for row in report['table'][:2]]
    assert axes.get_title() == 'joint is better in 1 of 2 classes, worse in 1'


def test_many_classes_name_the_extremes_only():
    report = large(120)
    figure = plot_class_gains(report)
    figure.draw_without_rendering()
    axes = figure.axes[0]
    heights = [bar.get_height() for bar in axes.patches]
    assert len(heights) == 120 and heights == sorted(heights, reverse=True)
    texts = [text.get_text() for text in axes.texts]
    best = report['table'][report['top_gains'][0]]
    assert texts[0].startswith(f'Largest gains\n+{best["gain"]:.1f}')
    assert texts[1].startswith('Smallest gains') and len(texts[1].splitlines()) == 7
    low, high = axes.get_ylim()
    for row in report['table']:
        assert low < row['gain_interval'][0] and row['gain_interval'][1] < high


def test_a_report_without_gains():
    with pytest.raises(ValueError, match=r'unimodal \[\] and joint None'):
        plot_class_gains(small(unimodal=[], joint=None))
