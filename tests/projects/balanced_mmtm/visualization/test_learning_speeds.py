"""Learning speeds as logged, and the steps in which a modality waited."""

import numpy as np
import pytest
from figurechecks import assert_readable, legend, png

import mm_laziness  # noqa: F401
from projects.balanced_mmtm.visualization import plot_learning_speeds


def steps(waits=(), count=40, names=('rgb', 'audio')):
    return [
        {
            'iter': i,
            'step': i + 1,
            'loss': 1.0,
            **{f'speed_{m}': -1.0 - 0.01 * i * k for k, m in enumerate(names)},
            **{f'rebalanced_{m}': float((i, m) in waits) for m in names},
        }
        for i in range(count)
    ]


def shaded(axes):
    """First and last x of each shaded area, by any name of a modality."""
    found = []
    for patch in axes.patches:
        values, edges, _ = patch.get_data()
        borders = np.asarray(edges)[np.diff([0, *values, 0]) != 0]
        found += [tuple(pair) for pair in borders.reshape(-1, 2).tolist()]
    return sorted(found)


def test_lines_and_windows(tmp_path):
    window = [(i, 'audio') for i in range(10, 15)]
    figure = plot_learning_speeds(dict(vanilla=steps(), guided=steps(window)))
    vanilla, guided = figure.axes
    assert [axes.get_title() for axes in figure.axes] == ['vanilla', 'guided']
    rgb, audio = vanilla.lines
    assert list(rgb.get_xdata()) == list(range(1, 41))
    assert all(rgb.get_ydata() == -1.0)
    assert audio.get_ydata()[-1] == pytest.approx(-1.39)
    assert shaded(vanilla) == []
    # Steps 11 to 15, to the middle of their neighbours.
    assert shaded(guided) == [(10.5, 15.5)]
    # In any height, which they do not change.
    plain = plot_learning_speeds(dict(vanilla=steps(), guided=steps()))
    assert guided.get_ylim() == plain.axes[1].get_ylim()
    assert legend(figure) == ['rgb', 'audio', 'audio re-balanced']
    assert_readable(figure)
    same = plot_learning_speeds(dict(vanilla=steps(), guided=steps(window)))
    assert png(figure, tmp_path / 'a.png') == png(same, tmp_path / 'b.png')


def test_panels_have_the_same_axes():
    short, long = steps(count=5, names=('rgb',)), steps(count=200)
    for runs in (dict(a=short, b=long), dict(a=long, b=short)):
        first, second = plot_learning_speeds(runs).axes
        assert first.get_xlim() == second.get_xlim()
        assert first.get_ylim() == second.get_ylim()
        assert first.get_xlim()[1] > 200 and first.get_ylim()[0] < -2.9


def test_windows_of_one_step_and_at_the_ends():
    waits = [(0, 'rgb'), (2, 'audio'), (4, 'rgb'), (5, 'rgb')]
    (axes,) = plot_learning_speeds(dict(random=steps(waits, count=6))).axes
    assert shaded(axes) == [(0.5, 1.5), (2.5, 3.5), (4.5, 6.5)]
    (axes,) = plot_learning_speeds(dict(one=steps([(0, 'rgb')], count=1))).axes
    assert shaded(axes) == [(0.5, 1.5)]


def test_three_modalities_and_logs_without_steps():
    lines = [
        {k: v for k, v in line.items() if k != 'step'}
        for line in steps(names=('a', 'b', 'c'))
    ]
    figure = plot_learning_speeds({'random': [dict(iter=0, loss=1.0), *lines]})
    assert len(figure.axes[0].lines) == 3
    assert list(figure.axes[0].lines[0].get_xdata()) == list(range(1, 41))


@pytest.mark.parametrize('lines', [[], [dict(iter=1, loss=2.0)]])
def test_a_run_without_speeds(lines):
    with pytest.raises(ValueError, match="log of 'joint' has no learning speeds"):
        plot_learning_speeds(dict(joint=lines))
